import Core
import Liquid

/// What an `href` or a URL in a text part leads to, as far as it is literal.
enum LinkTarget {
    /// http or https with a literal host: to be counted.
    case web(host: String)
    /// mailto, tel, sms or a place on this page: left alone.
    case untouched
    /// One of maild's own links, `{{ links.NAME }}`.
    case ours(String)

    /// Why a link is refused.
    struct Refusal: Error {
        var code: String
        var message: String
    }

    /// Names under `links` that a template may print.
    static let ours = ["unsubscribe", "preferences", "view", "confirm", "survey"]

    /// Judges a target given as nodes whose texts are decoded.
    static func judge(_ nodes: [Node]) throws(Refusal) -> LinkTarget {
        if let name = ownName(nodes) { return .ours(name) }
        var literal: [UInt8] = []
        var isWhole = true
        for node in nodes {
            guard case .text(let text) = node else {
                isWhole = false
                break
            }
            literal.append(contentsOf: text.bytes)
        }
        let text = String(decoding: literal, as: UTF8.self)
        guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
            throw Refusal(
                code: "link-malformed", message: "a link holds a blank or a control character")
        }
        if text.hasPrefix("#") { return .untouched }
        guard let colon = text.firstIndex(of: ":"), text[..<colon].allSatisfy(isSchemeCharacter)
        else { throw notAbsolute(text, isWhole: isWhole) }
        switch text[..<colon].lowercased() {
        case "mailto", "tel", "sms": return .untouched
        case "http", "https":
            return .web(host: try host(text[text.index(after: colon)...], isWhole: isWhole))
        case let scheme:
            throw Refusal(
                code: "link-scheme",
                message: "a link must begin with https://, http://, mailto: or tel:, not "
                    + "\(scheme):")
        }
    }

    /// `unsubscribe` for the nodes of `{{ links.unsubscribe }}`, blanks around it ignored.
    static func ownName(_ nodes: [Node]) -> String? {
        var name: String?
        for node in nodes {
            switch node {
            case .text(let text) where text.bytes.allSatisfy(HTMLTokenizer.isBlank): continue
            // A survey's name and answer stand behind the address.
            case .text(let text) where name == "survey" && text.bytes.first == UInt8(ascii: "/"):
                continue
            case .output(let output):
                guard name == nil, let names = output.value.plainNames, names.count == 2,
                    names[0] == "links"
                else { return nil }
                name = names[1]
            default: return nil
            }
        }
        return name
    }

    private static func notAbsolute(_ text: String, isWhole: Bool) -> Refusal {
        if text.isEmpty {
            return isWhole
                ? Refusal(code: "link-empty", message: "the link leads nowhere")
                : Refusal(
                    code: "link-not-literal",
                    message: "scheme and host of a link must stand in the template itself")
        }
        return Refusal(
            code: "link-relative",
            message: "a link in a mail needs scheme and host: https://example.com/…")
    }

    /// The host after `http:`.
    private static func host(_ rest: Substring, isWhole: Bool) throws(Refusal) -> String {
        guard rest.hasPrefix("//") else {
            throw Refusal(code: "link-malformed", message: "after the scheme // is missing")
        }
        let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let endsInLiteral = authority.endIndex < rest.endIndex
        guard isWhole || endsInLiteral else {
            throw Refusal(
                code: "link-not-literal",
                message: "scheme and host of a link must stand in the template itself; end the "
                    + "host with /")
        }
        guard !authority.isEmpty else {
            throw Refusal(
                code: "link-host", message: "the link has no host: write https://example.com/…")
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        let host = parts.first?.lowercased() ?? ""
        let isPort =
            parts.count == 1
            || parts.count == 2 && !parts[1].isEmpty && parts[1].utf8.count <= 5
                && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            !label.isEmpty && label.utf8.count <= 63
                && label.utf8.allSatisfy {
                    HTMLTokenizer.isLetter($0) || (0x30...0x39).contains($0)
                        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
        guard isPort, isName, host.utf8.count <= 253 else {
            throw Refusal(
                code: "link-host",
                message: "the host of the link is no name in ASCII; write an international one "
                    + "as xn--…")
        }
        return host
    }

    private static func isSchemeCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "+-.".contains(character))
    }

    /// A URL as it may stand in a `Location` header: controls, blanks, quotes, angle brackets,
    /// backslashes and everything beyond ASCII percent-encoded (RFC 3986 §2.1).
    static func encoded(_ bytes: ArraySlice<UInt8>) -> String {
        let isAsItShouldBe = bytes.withUnsafeBufferPointer { bytes in
            for byte in bytes where !isPlain(byte) { return false }
            return true
        }
        guard isAsItShouldBe else {
            return String(decoding: PercentCoding.encoded(bytes, except: isPlain), as: UTF8.self)
        }
        // All of it is ASCII.
        return String(unsafeUninitializedCapacity: bytes.count) { $0.initialize(from: bytes).1 }
    }

    /// Whether a byte stands for itself: told by a bit of one of two words, since every octet of
    /// every personal target is asked.
    private static func isPlain(_ byte: UInt8) -> Bool {
        let word = byte < 0x40 ? plainBelow64 : plainFrom64
        return byte < 0x80 && word >> UInt64(byte & 0x3F) & 1 == 1
    }

    /// `!` to `?` but `"`, `<` and `>`.
    private static let plainBelow64: UInt64 = 0xAFFF_FFFA_0000_0000
    /// `@` to `~` but `\`, `^`, `` ` ``, `{`, `|` and `}`.
    private static let plainFrom64: UInt64 = 0x47FF_FFFE_AFFF_FFFF
}
