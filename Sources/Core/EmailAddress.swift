/// A mailbox as it is stored and mailed: `local@domain`, the domain in lower case.
///
/// Accepted are dot-atoms (RFC 5321 §4.1.2 `Dot-string`) whose local part may hold UTF-8
/// (RFC 6531), up to 64 octets before the `@` and 254 in all (RFC 5321 §4.5.3.1, erratum 1690).
/// Quoted local parts and address literals are refused: no marketing list needs them, and they
/// are a classic way to smuggle bytes into a command.
package struct EmailAddress: Hashable, Sendable {
    package let local: String
    package let domain: String

    package var text: String { "\(local)@\(domain)" }

    /// Why a text is not an address; the text itself is left out, since it may be personal.
    package enum Invalid: String, Error {
        case empty = "the address is empty"
        case noAt = "there is no @ in the address"
        case manyAts = "there is more than one @ in the address"
        case tooLong = "the address is longer than 254 octets, or its local part than 64"
        case local = "the part before the @ holds a character or a dot where none may stand"
        case domain = "the part after the @ is not a domain name"
    }

    /// Reads an address, blanks around it ignored.
    package init(_ raw: some StringProtocol) throws(Invalid) {
        if let plain = Self(plain: String(raw)) {
            self = plain
            return
        }
        let text = raw.trimmed
        guard !text.isEmpty else { throw .empty }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count >= 2 else { throw .noAt }
        guard parts.count == 2 else { throw .manyAts }
        guard text.utf8.count <= 254, parts[0].utf8.count <= 64 else { throw .tooLong }
        guard Self.isDotString(parts[0]) else { throw .local }
        let domain = parts[1].lowercased()
        guard Self.isDomain(domain) else { throw .domain }
        local = String(parts[0])
        self.domain = domain
    }

    /// What nearly all addresses are, in one pass over their octets: letters, digits, `-`, `_` and
    /// `+`, single dots between them, the domain in lower case. Nil for all others, whether they are
    /// addresses or not.
    private init?(plain text: String) {
        var text = text
        let at = text.withUTF8 { octets -> Int? in
            Self.isPlain(octets) ? octets.firstIndex(of: UInt8(ascii: "@")) : nil
        }
        guard let at else { return nil }
        let middle = text.utf8.index(text.startIndex, offsetBy: at)
        local = String(text[..<middle])
        domain = String(text[text.utf8.index(after: middle)...])
    }

    /// Whether the octets are an address as most are, which stands for itself as it is.
    package static func isPlain(_ octets: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let at = octets.firstIndex(of: UInt8(ascii: "@")), at <= 64, octets.count <= 254
        else { return false }
        return isPlain(octets[..<at], isDomain: false)
            && isPlain(octets[(at + 1)...], isDomain: true)
    }

    private static func isPlain(
        _ octets: Slice<UnsafeBufferPointer<UInt8>>, isDomain: Bool
    ) -> Bool {
        let hyphen = UInt8(ascii: "-")
        var length = 0
        var last: UInt8 = 0
        for octet in octets {
            switch octet {
            case 0x61...0x7A, 0x30...0x39: break
            case 0x41...0x5A, UInt8(ascii: "_"), UInt8(ascii: "+"):
                guard !isDomain else { return false }
            case hyphen:
                guard !isDomain || length > 0 else { return false }
            case UInt8(ascii: "."):
                guard length > 0, !isDomain || last != hyphen else { return false }
                length = -1
            default: return false
            }
            length += 1
            last = octet
            guard length <= (isDomain ? 63 : 64) else { return false }
        }
        return length > 0 && !(isDomain && last == hyphen)
    }

    private static func isDotString(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.unicodeScalars.allSatisfy(isAtomScalar)
            }
    }

    private static func isAtomScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "!#$%&'*+-/=?^_`{|}~".unicodeScalars.contains(scalar)
        }
        return isPrintable(scalar)
    }

    private static func isDomain(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return !labels.isEmpty && text.utf8.count <= 253
            && labels.allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63 && label.first != "-" && label.last != "-"
                    && label.unicodeScalars.allSatisfy { scalar in
                        scalar.isASCII
                            ? scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                                || scalar == "-"
                            : isPrintable(scalar)
                    }
            }
    }

    /// No control, format, separator, surrogate or unassigned scalar.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator:
            false
        default: true
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    package var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}

extension String {
    /// The same. Most texts have none, which takes no look at characters: none that ends with
    /// printable ASCII is white space, and none that begins with it.
    package var trimmed: String {
        if let first = utf8.first, let last = utf8.last, 0x21..<0x7F ~= first, 0x21..<0x7F ~= last {
            return self
        }
        return self[...].trimmed
    }
}
