import Diagnostics
import Liquid

/// Looks for placeholders of other systems, half a placeholder of ours and control characters in
/// text that would be mailed as it stands. Raw parts, comments and scripts are left alone, and in
/// styles, where the same signs are CSS, all but whole placeholders.
struct LeftoverCheck {
    private(set) var findings: [Finding] = []

    private static let limit = 50

    /// In HTML, whose comments and styles are known.
    mutating func checkHTML(_ nodes: [Node]) {
        let fragment = Fragment(nodes)
        for token in HTMLTokenizer.tokens(fragment.bytes) {
            switch token.kind {
            case .comment: continue
            case .raw where token.name == "script" || token.name == "xmp": continue
            default: break
            }
            for node in fragment.nodes(in: token.range) {
                if case .text(let text) = node {
                    if token.name == "style", token.kind == .raw {
                        check(style: text)
                    } else {
                        check(text)
                    }
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
            report(marker, advice, text, at)
            at = Self.end(of: marker, bytes, at)
        }
    }

    /// `*|` begins a selector of any namespace too, and `}}` ends a media query.
    private mutating func check(style text: Node.Text) {
        guard !text.isRaw else { return }
        let bytes = text.bytes
        var at = 0
        while at < bytes.count {
            if let (marker, advice) = Self.marker(bytes, at, true), ["*|", "[agn"].contains(marker)
            {
                let end = Self.end(of: marker, bytes, at)
                let next = at + 2 < bytes.count ? bytes[at + 2] : 0
                let isName = HTMLTokenizer.isLetter(next) && end > at + marker.utf8.count
                guard marker == "[agn" || isName else {
                    at += 1
                    continue
                }
                report(marker, advice, text, at)
                at = end
            } else {
                at += 1
            }
        }
    }

    private mutating func report(
        _ marker: String, _ advice: String, _ text: Node.Text, _ at: Int
    ) {
        guard findings.count < Self.limit else { return }
        var place = text.place
        place.offset += at
        findings.append(
            place.finding(
                .refuse, "left-over", "\"\(marker)\" would be mailed as it stands; \(advice)"))
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
        case (0..<0x09, _), (0x0E..<0x20, _), (0x7F, _):
            return ("U+00" + hexadecimal(bytes[at]), "no editor shows it; delete it")
        case (UInt8(ascii: "*"), UInt8(ascii: "|")):
            return ("*|", "write the field as {{ field }}")
        case (UInt8(ascii: "["), _):
            let word = bytes[at...].prefix(4).map { $0 | 0x20 }
            return word.elementsEqual([0x7B, 0x61, 0x67, 0x6E])
                ? ("[agn", "write the field as {{ field }}") : nil
        default: return nil
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    /// Behind the whole placeholder, so that it is told once.
    private static func end(of marker: String, _ bytes: [UInt8], _ at: Int) -> Int {
        // A control character is one byte, however it is named.
        let after = marker.hasPrefix("U+") ? at + 1 : at + marker.utf8.count
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
