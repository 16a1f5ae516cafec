import Diagnostics
import Liquid

/// Puts numbered link nodes in place of the targets in HTML, and takes `data-action` and
/// `data-link` out: they never leave the building.
struct LinkRewriter {
    var table: LinkTable

    init(table: LinkTable) { self.table = table }

    mutating func rewrite(_ nodes: [Node]) -> [Node] {
        let fragment = Fragment(nodes)
        var output = FragmentCopy(of: fragment)
        for token in HTMLTokenizer.tokens(fragment.bytes) {
            switch token.kind {
            case .startTag: rewriteTag(token, &output)
            case .unterminated where Self.isTagOpen(token, in: fragment):
                refuseTag(token, in: fragment)
                output.copy(upTo: token.range.upperBound) { [$0] }
            default:
                output.copy(upTo: token.range.upperBound) { node in [descend(node)] }
            }
        }
        output.copy(upTo: fragment.bytes.count) { node in [descend(node)] }
        return output.nodes
    }

    private mutating func descend(_ node: Node) -> Node {
        node.mapBodies { body in rewrite(body) }
    }

    // MARK: - Tags

    private mutating func rewriteTag(_ token: HTMLToken, _ output: inout FragmentCopy) {
        let fragment = output.fragment
        let isLink = token.name == "a" || token.name == "area" || token.name.hasPrefix("v:")
        let link = isLink ? token["href"].flatMap { linkNode($0, of: token, in: fragment) } : nil
        if !isLink || token["href"] == nil, let action = token["data-action"],
            let place = fragment.place(at: action.range.lowerBound + 1)
        {
            table.refuse(
                place, "action-unbound",
                "data-action belongs on a link with an href; <\(token.name)> runs nothing")
        }
        for attribute in token.attributes {
            switch attribute.name {
            case "data-action", "data-link":
                output.copy(upTo: attribute.range.lowerBound) { inTag($0) }
                output.skip(to: attribute.range.upperBound)
            case "href" where attribute == token["href"]:
                guard let link else { continue }
                output.copy(upTo: attribute.value.lowerBound) { inTag($0) }
                output.put(link)
                output.skip(to: attribute.value.upperBound)
            default: continue
            }
        }
        let href = isLink && link == nil ? token["href"]?.value : nil
        if let href {
            output.copy(upTo: href.lowerBound) { inTag($0) }
            output.copy(upTo: href.upperBound) { [$0] }
        }
        output.copy(upTo: token.range.upperBound) { inTag($0) }
    }

    private mutating func linkNode(
        _ href: HTMLAttribute, of token: HTMLToken, in fragment: Fragment
    ) -> Node? {
        // An empty value without quotes stands at the end of its name.
        guard let place = fragment.place(at: href.value.lowerBound) else { return nil }
        let name = literal("data-link", of: token, in: fragment)
        let action = literal("data-action", of: token, in: fragment)
        return table.add(
            Self.decoded(fragment.nodes(in: href.value)), isInText: false, name: name?.0,
            action: action?.0, actionPlace: action?.1, at: place)
    }

    /// The value of an attribute that may not depend on the recipient.
    private mutating func literal(
        _ name: String, of token: HTMLToken, in fragment: Fragment
    ) -> (String, Place)? {
        guard let attribute = token[name],
            let place = fragment.place(at: attribute.value.lowerBound)
        else { return nil }
        guard let value = fragment.literal(name, of: token) else {
            table.refuse(place, "attribute", "\(name) must be literal and not empty")
            return nil
        }
        return (value, place)
    }

    /// Texts with their entities decoded and blanks at both ends taken off.
    static func decoded(_ nodes: [Node]) -> [Node] {
        var decoded = nodes.map { node -> Node in
            guard case .text(var text) = node else { return node }
            text.bytes = HTMLEntities.decode(text.bytes)
            return .text(text)
        }
        if case .text(var text)? = decoded.first {
            text.bytes = Array(text.bytes.drop(while: HTMLTokenizer.isBlank))
            decoded[0] = .text(text)
        }
        if case .text(var text)? = decoded.last {
            while let last = text.bytes.last, HTMLTokenizer.isBlank(last) {
                text.bytes.removeLast()
            }
            decoded[decoded.count - 1] = .text(text)
        }
        return decoded.filter {
            if case .text(let text) = $0 { !text.bytes.isEmpty } else { true }
        }
    }

    // MARK: - Branches inside tags

    /// A node inside a tag: it may not bring a target or a binding of its own, since they would
    /// be neither judged nor counted.
    private mutating func inTag(_ node: Node) -> [Node] {
        if let place = node.place, Self.bringsAttribute(node) {
            table.refuse(
                place, "link-in-tag", "write the whole element, from < to >, in each branch")
        }
        return [node]
    }

    private static func bringsAttribute(_ node: Node) -> Bool {
        node.bodies.contains { body in
            let bytes = Fragment(body).bytes.map { $0 | 0x20 }
            return ["href", "data-action", "data-link"].contains { contains(bytes, $0) }
                || body.contains(where: bringsAttribute)
        }
    }

    /// Whether bytes whose letters were made lower case hold a word.
    static func contains(_ bytes: [UInt8], _ word: String) -> Bool {
        let word = Array(word.utf8).map { $0 | 0x20 }
        guard bytes.count >= word.count else { return false }
        return (0...bytes.count - word.count).contains {
            bytes[$0] == word[0] && bytes[$0..<$0 + word.count].elementsEqual(word)
        }
    }

    private static func isTagOpen(_ token: HTMLToken, in fragment: Fragment) -> Bool {
        let bytes = fragment.bytes[token.range].dropFirst()
        return bytes.first.map { HTMLTokenizer.isLetter($0) } ?? false
    }

    /// A tag that a branch leaves open.
    private mutating func refuseTag(_ token: HTMLToken, in fragment: Fragment) {
        guard let place = fragment.place(at: token.range.lowerBound) else { return }
        table.refuse(
            place, "tag-open",
            "the tag <\(token.name)> does not end where it began; write the whole tag in "
                + "each branch")
    }
}
