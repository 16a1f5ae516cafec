import Core
import Diagnostics
import Liquid

/// Puts what mail programs can load in place of the paths of the folder's images: `src`,
/// `background`, and `url(…)` in `style` attributes. Gives an image without a size its own.
struct ImageRewriter {
    var table: AssetTable
    /// The domain of Content-IDs.
    let domain: String
    /// Words of the style blocks: an image that one of them may size keeps its tag.
    let styleWords: Set<String>

    init(table: AssetTable, domain: String, styleWords: Set<String>) {
        self.table = table
        self.domain = domain
        self.styleWords = styleWords
    }

    mutating func rewrite(_ nodes: [Node]) -> [Node] {
        let fragment = Fragment(nodes)
        var copy = FragmentCopy(of: fragment)
        for token in HTMLTokenizer.tokens(fragment.bytes) {
            if case .startTag = token.kind {
                rewriteTag(token, &copy)
            } else {
                copy.copy(upTo: token.range.upperBound) { [descend($0)] }
            }
        }
        return copy.nodes
    }

    private mutating func descend(_ node: Node) -> Node {
        node.mapBodies { body in rewrite(body) }
    }

    private mutating func rewriteTag(_ token: HTMLToken, _ copy: inout FragmentCopy) {
        let fragment = copy.fragment
        let takesSource = token.name == "img" || token.name.hasPrefix("v:")
        for attribute in token.attributes {
            switch attribute.name {
            case "src" where takesSource && attribute == token["src"],
                "background" where attribute == token["background"]:
                guard let image = image(attribute.value, fragment) else { continue }
                copy.copy(upTo: attribute.value.lowerBound)
                for node in reference(image, fragment, attribute) { copy.put(node) }
                copy.skip(to: attribute.value.upperBound)
                if token.name == "img" { size(token, attribute, image, &copy) }
            case "srcset" where token.name == "img": checkSet(attribute.value, fragment)
            case "style" where attribute == token["style"]:
                rewriteStyle(attribute, &copy)
            default: continue
            }
        }
        copy.copy(upTo: token.range.upperBound)
    }

    // MARK: - References

    /// The image that a value names; nil for URLs and for what cannot be used.
    private mutating func image(_ range: Range<Int>, _ fragment: Fragment) -> MailingImage? {
        guard let place = fragment.place(at: range.lowerBound) else { return nil }
        guard fragment.isLiteral(range) else {
            if Self.isDynamicPath(fragment.nodes(in: range)) {
                table.findings.append(
                    place.finding(
                        .refuse, "image-not-literal",
                        "the path of an image must be literal; write the whole tag in each branch"))
            }
            return nil
        }
        let text = HTMLEntities.decode(fragment.text(in: range))
        if text.trimmed.lowercased().hasPrefix("file:") {
            table.findings.append(
                place.finding(
                    .refuse, "image-path",
                    "this file is on your own computer only; put it into the folder: images/…"))
            return nil
        }
        guard let path = LocalPath.of(text) else { return nil }
        return table.image(path, at: place)
    }

    /// Whether a value that depends on the recipient begins like a path of the folder.
    private static func isDynamicPath(_ nodes: [Node]) -> Bool {
        guard let first = nodes.first else { return false }
        if case .text(let text) = first {
            return LocalPath.of(String(decoding: text.bytes, as: UTF8.self)) != nil
        }
        return first.bodies.contains { body in
            guard case .text? = body.first else { return false }
            return isDynamicPath(body)
        }
    }

    private func reference(
        _ image: MailingImage, _ fragment: Fragment, _ attribute: HTMLAttribute
    ) -> [Node] {
        guard let place = fragment.place(at: attribute.range.lowerBound) else { return [] }
        let quote = attribute.isQuoted ? "" : "\""
        return Self.literal(quote, place) + reference(image, place)
            + Self.literal(quote, place)
    }

    private func reference(_ image: MailingImage, _ place: Place) -> [Node] {
        switch table.mode {
        case .embed: Self.literal("cid:" + image.contentID(domain), place)
        case .host:
            [
                .output(
                    Node.Output(
                        FilteredTerm(.path(Path("links", "images", at: place))), at: place))
            ] + Self.literal(image.publicName, place)
        }
    }

    private static func literal(_ text: String, _ place: Place) -> [Node] {
        text.isEmpty ? [] : [.text(Node.Text(Array(text.utf8), at: place, isRaw: true))]
    }

    private mutating func checkSet(_ range: Range<Int>, _ fragment: Fragment) {
        guard fragment.isLiteral(range), let place = fragment.place(at: range.lowerBound),
            LocalPath.of(HTMLEntities.decode(fragment.text(in: range))) != nil
        else { return }
        table.findings.append(
            place.finding(
                .refuse, "image-set", "images of the folder are named in src, one a tag"))
    }

    // MARK: - Styles

    /// Rewrites each `url(…)` that is literal.
    private mutating func rewriteStyle(_ attribute: HTMLAttribute, _ copy: inout FragmentCopy) {
        let fragment = copy.fragment
        guard let place = fragment.place(at: attribute.value.lowerBound) else { return }
        for url in Self.urls(fragment.bytes, in: attribute.value) where fragment.isLiteral(url) {
            let text = HTMLEntities.decode(fragment.text(in: url))
            let bare = String(text.trimmed.drop(while: Self.isQuote).trimmingQuote)
            guard let path = LocalPath.of(bare), let at = fragment.place(at: url.lowerBound),
                let image = table.image(path, at: at)
            else { continue }
            copy.copy(upTo: url.lowerBound)
            for node in reference(image, place) { copy.put(node) }
            copy.skip(to: url.upperBound)
        }
    }

    private static func isQuote(_ character: Character) -> Bool {
        character == "'" || character == "\""
    }

    /// What stands between `url(` and its parenthesis, quotes included.
    static func urls(_ bytes: [UInt8], in range: Range<Int>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var index = range.lowerBound
        while index + 4 <= range.upperBound {
            guard bytes[index] | 0x20 == UInt8(ascii: "u"),
                bytes[index + 1] | 0x20 == UInt8(ascii: "r"),
                bytes[index + 2] | 0x20 == UInt8(ascii: "l"), bytes[index + 3] == 0x28
            else {
                index += 1
                continue
            }
            let start = index + 4
            guard let end = bytes[start..<range.upperBound].firstIndex(of: 0x29) else { break }
            found.append(start..<end)
            index = end
        }
        return found
    }

    // MARK: - Sizes

    /// Behind the image's `src`: its pixels, where neither tag nor style sheet says anything of a
    /// size. Half a size would be worse than none, so then the tag stays as it is.
    private func size(
        _ token: HTMLToken, _ source: HTMLAttribute, _ image: MailingImage,
        _ copy: inout FragmentCopy
    ) {
        let fragment = copy.fragment
        guard let size = image.file.size, token["width"] == nil, token["height"] == nil,
            let place = fragment.place(at: token.range.lowerBound), !mayBeSized(token, fragment)
        else { return }
        copy.copy(upTo: source.range.upperBound)
        copy.put(" width=\"\(size.width)\" height=\"\(size.height)\"", at: place)
    }

    private func mayBeSized(_ token: HTMLToken, _ fragment: Fragment) -> Bool {
        // A branch in the tag may bring anything.
        if token.attributes.contains(where: { $0.name.utf8.contains(0xEF) }) { return true }
        if let style = token["style"] {
            let text = fragment.text(in: style.value).lowercased()
            if text.contains("width") || text.contains("height") || !fragment.isLiteral(style.value)
            {
                return true
            }
        }
        let names = [token["class"], token["id"]].compactMap { $0 }.flatMap {
            fragment.text(in: $0.value).split(whereSeparator: \.isWhitespace).map(String.init)
        }
        return (["img"] + names).contains { styleWords.contains($0.lowercased()) }
    }
}

extension Substring {
    /// Without a quotation mark at its end.
    fileprivate var trimmingQuote: Substring {
        last == "'" || last == "\"" ? dropLast() : self
    }
}
