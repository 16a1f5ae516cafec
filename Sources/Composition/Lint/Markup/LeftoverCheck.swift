import Diagnostics
import Liquid

/// Looks for placeholders of other systems, and for half a placeholder of ours, in text that would
/// be mailed as it stands. Raw parts, comments, styles and scripts are left alone.
struct LeftoverCheck {
    private(set) var findings: [Finding] = []

    private static let limit = 50

    /// In HTML, whose comments and styles are known.
    mutating func checkHTML(_ nodes: [Node]) {
        let fragment = Fragment(nodes)
        for token in HTMLTokenizer.tokens(fragment.bytes) {
            switch token.kind {
            case .comment: continue
            case .raw where token.name != "title" && token.name != "textarea": continue
            default: break
            }
            for node in fragment.nodes(in: token.range) {
                if case .text(let text) = node {
                    check(text)
                } else {
                    for body in node.bodies { checkHTML(body) }
                }
            }
        }
    }

    /// In a subject or a text part.
    mutating func checkText(_ nodes: [Node]) {
        for node in nodes {
            if case .text(let text) = node { check(text) }
            for body in node.bodies { checkText(body) }
        }
    }

    /// In a value that is no template.
    mutating func check(value: String, at offset: Int, in source: SourceText) {
        check(
            Node.Text(Array(value.utf8), at: Place(TemplateSource(source), offset)),
            isTemplate: false)
    }

    private mutating func check(_ text: Node.Text, isTemplate: Bool = true) {
        guard !text.isRaw else { return }
        let bytes = text.bytes
        var at = 0
        while at < bytes.count {
            guard let (marker, advice) = Self.marker(bytes, at, isTemplate) else {
                at += 1
                continue
            }
            var place = text.place
            place.offset += at
            guard findings.count < Self.limit else { return }
            findings.append(
                place.finding(
                    .refuse, "left-over", "\"\(marker)\" would be mailed as it stands; \(advice)"))
            at = Self.end(of: marker, bytes, at)
        }
    }

    private static func marker(
        _ bytes: [UInt8], _ at: Int, _ isTemplate: Bool
    ) -> (String, String)? {
        let next = at + 1 < bytes.count ? bytes[at + 1] : 0
        switch (bytes[at], next) {
        case (UInt8(ascii: "{"), UInt8(ascii: "{")):
            return ("{{", isTemplate ? "write {{ field }}" : "this key is no template")
        case (UInt8(ascii: "}"), UInt8(ascii: "}")): return ("}}", "a {{ is missing before it")
        case (UInt8(ascii: "%"), UInt8(ascii: "}")): return ("%}", "a {% is missing before it")
        case (UInt8(ascii: "*"), UInt8(ascii: "|")):
            return ("*|", "write the field as {{ field }}")
        case (UInt8(ascii: "["), _):
            let word = bytes[at...].prefix(4).map { $0 | 0x20 }
            return word.elementsEqual([0x7B, 0x61, 0x67, 0x6E])
                ? ("[agn", "write the field as {{ field }}") : nil
        default: return nil
        }
    }

    /// Behind the whole placeholder, so that it is told once.
    private static func end(of marker: String, _ bytes: [UInt8], _ at: Int) -> Int {
        let after = at + marker.utf8.count
        let closing: [UInt8]
        switch marker {
        case "{{": closing = Array("}}".utf8)
        case "*|": closing = Array("|*".utf8)
        default: return after
        }
        // Placeholders are short; what is longer is two.
        for end in after..<max(after, min(bytes.count, after + 200))
        where bytes[end...].starts(with: closing) {
            return end + closing.count
        }
        return after
    }
}
