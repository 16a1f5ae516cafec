/// Addresses as reports write them. Bounded and linear; nothing is validated beyond what tells
/// an address from other words.
enum Address {
    static let maximumLength = 320

    /// The address in `rfc822; <anna@example.org> (comment)`.
    static func inField(_ value: String) -> String? {
        let bytes = Array(value.utf8.prefix(2_000))
        let start = bytes.firstIndex(of: 0x3B).map { $0 + 1 } ?? 0
        return first(in: bytes[start...])
    }

    /// The first address in some text.
    static func first(in text: ArraySlice<UInt8>) -> String? {
        var position = text.startIndex
        while let at = text[position...].firstIndex(of: 0x40) {
            var start = at
            while start > text.startIndex, isLocal(text[start - 1]) { start -= 1 }
            var end = at + 1
            while end < text.endIndex, isDomain(text[end]) { end += 1 }
            while end > at + 1, text[end - 1] == 0x2E || text[end - 1] == 0x2D { end -= 1 }
            if start < at, end > at + 1, end - start <= maximumLength {
                return String(decoding: text[start..<end], as: UTF8.self)
            }
            // Everything before this sign was looked at: never again, so that a row of signs
            // costs no more than its length.
            position = at + 1
        }
        return nil
    }

    static func isLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
        // ! # $ % & ' * + - . / = ? ^ _ ` { | } ~
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D...0x2F, 0x3D, 0x3F, 0x5E...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    static func isDomain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}
