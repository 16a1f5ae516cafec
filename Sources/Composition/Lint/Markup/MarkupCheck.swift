import Diagnostics
import Liquid

/// What readers suffer from though the HTML is whole: images without a text or a size, values in
/// query strings as they are, insecure addresses among secure ones.
struct MarkupCheck {
    private(set) var findings: [Finding] = []
    /// Addresses that begin with `http:`, in document order.
    private var insecure: [Place] = []
    private var usesHTTPS = false

    private static let limit = 50
    private static let addresses: Set<String> = ["href", "src", "background", "poster", "action"]
    /// Filters that make a value fit for a query string.
    private static let encoding: Set<String> = ["url_encode", "base64_url_safe_encode"]

    /// What stands between `http` and `https` is known when all parts have been seen.
    var mixedFindings: [Finding] {
        guard usesHTTPS else { return [] }
        return insecure.prefix(Self.limit).map {
            $0.finding(
                .warn, "mixed-http",
                "this address is http in a mailing that otherwise uses https; write https")
        }
    }

    private mutating func warn(_ place: Place?, _ code: String, _ message: String) {
        guard let place, findings.count < Self.limit else { return }
        findings.append(place.finding(.warn, code, message))
    }

    // MARK: - HTML

    mutating func checkHTML(_ nodes: [Node]) {
        let fragment = Fragment(nodes)
        for token in HTMLTokenizer.tokens(fragment.bytes) {
            switch token.kind {
            case .startTag: check(token, in: fragment)
            case .text where !fragment.isLiteral(token.range):
                for node in fragment.nodes(in: token.range) {
                    for body in node.bodies { checkHTML(body) }
                }
            default: break
            }
        }
    }

    private mutating func check(_ token: HTMLToken, in fragment: Fragment) {
        if token.name == "img" { checkImage(token, in: fragment) }
        for attribute in token.attributes {
            if attribute.name == "style" {
                noteAddresses(inStyle: attribute.value, fragment)
            } else if Self.addresses.contains(attribute.name) {
                checkScheme(attribute, of: token, fragment)
                note(address: attribute.value, of: token, fragment)
                var part = AddressPart.path
                checkQuery(fragment.nodes(in: attribute.value), &part)
            }
        }
    }

    // MARK: - Images

    private mutating func checkImage(_ token: HTMLToken, in fragment: Fragment) {
        let place = fragment.place(at: token.range.lowerBound)
        let conditional = Self.attributesInBranches(of: token, in: fragment)
        func has(_ name: String) -> Bool { token[name] != nil || conditional.contains(name) }
        if !has("alt") {
            warn(
                place, "missing-alt",
                "the image has no alt text, which is all that shows while images are off; write "
                    + "alt=\"…\", or alt=\"\" for decoration")
        }
        let style = token["style"].map { fragment.text(in: $0.value).lowercased() } ?? ""
        let missing = ["width", "height"].filter { !has($0) && !Self.declares($0, in: style) }
        guard !missing.isEmpty else { return }
        // An image of the folder that says nothing of a size is given its own.
        if missing.count == 2, let source = token["src"], fragment.isLiteral(source.value),
            LocalPath.of(fragment.text(in: source.value)) != nil
        {
            return
        }
        warn(
            place, "image-size",
            "the image has no \(missing.joined(separator: " and no ")), so the text jumps when it "
                + "loads; give it as an attribute or in its style")
    }

    /// Whether a style has this very property: `max-width` is no width.
    private static func declares(_ property: String, in style: String) -> Bool {
        style.split(separator: ";").contains { declaration in
            declaration.split(separator: ":").first?.filter { !$0.isWhitespace } ?? ""
                == property
        }
    }

    /// Attribute names that branches inside a tag bring.
    private static func attributesInBranches(
        of token: HTMLToken, in fragment: Fragment
    ) -> Set<String> {
        guard !fragment.isLiteral(token.range) else { return [] }
        var names: Set<String> = []
        var open = fragment.nodes(in: token.range).flatMap(\.bodies)
        while let body = open.popLast() {
            let text = Fragment(body).bytes.map { $0 == Fragment.hole ? UInt8(ascii: "x") : $0 }
            let tag = HTMLTokenizer.tokens(Array("<x ".utf8) + text + Array(">".utf8)).first
            names.formUnion(tag?.attributes.map(\.name) ?? [])
            open += body.flatMap(\.bodies)
        }
        return names
    }

    // MARK: - Addresses

    /// Links are judged with all others; this is about what else a mail program might follow.
    private mutating func checkScheme(
        _ attribute: HTMLAttribute, of token: HTMLToken, _ fragment: Fragment
    ) {
        let isLink = ["a", "area"].contains(token.name) || token.name.hasPrefix("v:")
        guard !isLink || attribute.name != "href" else { return }
        let start = HTMLEntities.decode(fragment.bytes[attribute.value].prefix(200))
            .filter { $0 > 0x20 }.prefix(11).map { $0 | 0x20 }
        let reason: String
        if ["javascript:", "vbscript:"].contains(where: { start.starts(with: $0.utf8) }) {
            reason = "no mail program runs a script, and filters refuse it"
        } else if start.starts(with: "data:".utf8) {
            reason =
                "most mail programs show nothing of data:; put the image into the folder and write "
                + "its path"
        } else {
            return
        }
        guard let place = fragment.place(at: attribute.value.lowerBound),
            findings.count < Self.limit
        else { return }
        findings.append(place.finding(.refuse, "link-scheme", reason))
    }

    private mutating func note(
        address: Range<Int>, of token: HTMLToken, _ fragment: Fragment
    ) {
        var range = address
        while let first = range.first, HTMLTokenizer.isBlank(fragment.bytes[first]) {
            range.removeFirst()
        }
        note(
            fragment.bytes[range].prefix(8).map { $0 | 0x20 }, fragment.place(at: range.lowerBound))
    }

    private mutating func note(_ start: [UInt8], _ place: Place?) {
        if start.starts(with: "https:".utf8) {
            usesHTTPS = true
        } else if start.starts(with: "http:".utf8), let place {
            insecure.append(place)
        }
    }

    /// `url(http://…)` in a style attribute.
    private mutating func noteAddresses(inStyle range: Range<Int>, _ fragment: Fragment) {
        let bytes = fragment.bytes
        for at in range where bytes[at] | 0x20 == UInt8(ascii: "h") {
            let word = bytes[at..<min(at + 8, range.upperBound)].map { $0 | 0x20 }
            guard word.starts(with: "http".utf8), at > range.lowerBound,
                [UInt8(ascii: "("), UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(bytes[at - 1])
            else { continue }
            note(word, fragment.place(at: at))
        }
    }

    /// The parts of an address in their order (RFC 3986 §3): a `?` in the fragment begins nothing.
    private enum AddressPart {
        case path, query, fragment
    }

    /// Outputs in the query: behind a `?`, up to a `#`.
    private mutating func checkQuery(_ nodes: [Node], _ part: inout AddressPart) {
        for node in nodes {
            switch node {
            case .text(let text):
                for byte in text.bytes {
                    if byte == UInt8(ascii: "?"), part == .path { part = .query }
                    if byte == UInt8(ascii: "#") { part = .fragment }
                }
            case .output(let output) where part == .query:
                guard !output.value.filters.contains(where: { Self.encoding.contains($0.name) })
                else { continue }
                warn(
                    output.place, "query-value",
                    "a value in a query string needs \"| url_encode\": an & or a blank in it would "
                        + "break the link")
            default:
                let before = part
                var after: [AddressPart] = []
                for body in node.bodies {
                    var inside = before
                    checkQuery(body, &inside)
                    after.append(inside)
                }
                // Any branch may be taken: a query that one of them began is the one to doubt.
                part = after.contains(.query) ? .query : after.last ?? before
            }
        }
    }

    // MARK: - Text

    /// Bare addresses in a hand-written text part.
    mutating func checkText(_ nodes: [Node]) {
        let fragment = Fragment(nodes)
        var at = 0
        while at < fragment.bytes.count {
            guard TextLinkRewriter.startsURL(fragment.bytes, at: at) else {
                at += 1
                continue
            }
            let end = TextLinkRewriter.endOfURL(fragment, from: at)
            note(fragment.bytes[at..<end].prefix(8).map { $0 | 0x20 }, fragment.place(at: at))
            var part = AddressPart.path
            checkQuery(fragment.nodes(in: at..<end), &part)
            at = max(end, at + 1)
        }
        for node in nodes {
            for body in node.bodies { checkText(body) }
        }
    }
}
