import Core

/// An address with the name shown beside it (RFC 5322 §3.4 `mailbox`).
package struct Mailbox: Hashable, Sendable {
    /// What mail programs show instead of the address; empty or nil for none.
    package var name: String?
    package var address: EmailAddress

    package init(name: String? = nil, address: EmailAddress) {
        self.name = name
        self.address = address
    }

    /// Reads `news@shop.example`, `Shop <news@shop.example>` or `"The Shop" <news@shop.example>`,
    /// as a person writes it; in quotes `\"` and `\\` stand for themselves. Comments and groups of
    /// RFC 5322 are not read.
    package init(_ text: some StringProtocol) throws(EmailAddress.Invalid) {
        let text = text.trimmed
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
            self.init(address: try EmailAddress(text))
            return
        }
        let inner = text[text.index(after: open)..<text.index(before: text.endIndex)]
        let name = Self.unquoted(text[..<open].trimmed)
        self.init(name: name.isEmpty ? nil : name, address: try EmailAddress(inner))
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var plain = ""
        var escaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !escaped {
                escaped = true
            } else {
                plain.append(character)
                escaped = false
            }
        }
        return plain
    }
}
