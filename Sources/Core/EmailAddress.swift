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
