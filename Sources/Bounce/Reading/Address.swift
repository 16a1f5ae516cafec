/// Addresses as reports write them. Bounded and linear; nothing is validated beyond what tells
/// an address from other words.
enum Address {
    static let maximumLength = 320

    /// The address in `rfc822; <anna@example.org> (comment)`.
    static func inField(_ value: String) -> String? {
        let bytes = Array(value.utf8.prefix(2_000))
        let start = bytes.firstIndex(of: 0x3B).map { $0 + 1 } ?? 0
        guard bytes[..<start].prefix(5).elementsEqual("utf-8".utf8, by: { $0 | 0x20 == $1 | 0x20 })
        else { return first(in: bytes[start...]) }
        // In angle brackets letters of any script belong to an address.
        return first(
            in: [0x3C] + unescaped(bytes[start...].drop { $0 == 0x20 || $0 == 0x3C }) + [0x3E])
    }

    /// Undoes `\x{FC}` (RFC 6533 §3).
    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var rest = text
        while let byte = rest.first {
            if rest.starts(with: "\\x{".utf8), let end = rest.prefix(10).firstIndex(of: 0x7D),
                let scalar = UInt32(
                    String(decoding: rest[(rest.startIndex + 3)..<end], as: UTF8.self), radix: 16
                )
                .flatMap(Unicode.Scalar.init)
            {
                plain += Array(String(Character(scalar)).utf8)
                rest = rest[(end + 1)...]
            } else if byte == 0x20 || byte == 0x3E {
                break
            } else {
                plain.append(byte)
                rest = rest.dropFirst()
            }
        }
        return plain
    }

    /// The first address in some text.
    static func first(in text: ArraySlice<UInt8>) -> String? {
        next(in: text, from: text.startIndex).map { self.text(text[$0]) }
    }

    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// Where the next address stands.
    static func next(in text: ArraySlice<UInt8>, from begin: Int) -> Range<Int>? {
        var position = begin
        while let at = text[position...].firstIndex(of: 0x40) {
            if let start = startOfLocal(text, at, floor: position),
                let end = endOfDomain(text, at), end - start <= maximumLength
            {
                return start..<end
            }
            // Everything before this sign was looked at: never again, so that a row of signs
            // costs no more than its length.
            position = at + 1
        }
        return nil
    }

    private static func startOfLocal(
        _ text: ArraySlice<UInt8>, _ at: Int, floor: Int
    ) -> Int? {
        guard at > floor else { return nil }
        // "quoted local part"@example.org
        if text[at - 1] == 0x22 {
            let from = max(floor, at - 70)
            return text[from..<(at - 1)].lastIndex(of: 0x22)
        }
        var start = at
        while start > floor, isLocal(text[start - 1]), at - start < maximumLength { start -= 1 }
        // In angle brackets anything may stand; outside, bytes of another script belong to words.
        let isAngled = start > text.startIndex && text[start - 1] == 0x3C
        if !isAngled {
            if let last = text[start..<at].lastIndex(where: { $0 >= 0x80 }) { start = last + 1 }
            if let colon = markOfType(text[start..<at]) { start = colon }
            while start < at, isJunk(text[start]) { start += 1 }
        }
        return start < at ? start : nil
    }

    /// After `SMTP=` of an X.400 address.
    private static func markOfType(_ local: ArraySlice<UInt8>) -> Int? {
        guard let equals = local.lastIndex(of: 0x3D) else { return nil }
        let word = local[..<equals].suffix(4).map { $0 | 0x20 }
        return word.elementsEqual("smtp".utf8) || word.elementsEqual("l822".utf8)
            || word.elementsEqual("c822".utf8) || word.elementsEqual("addr".utf8)
            ? equals + 1 : nil
    }

    /// What may stand before an address and is seldom its first byte: ' * - . / = ` | { #
    private static func isJunk(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x27, 0x2A, 0x2D, 0x2E, 0x2F, 0x3D, 0x60, 0x7C, 0x7B, 0x23, 0x21, 0x3F: true
        default: false
        }
    }

    private static func endOfDomain(_ text: ArraySlice<UInt8>, _ at: Int) -> Int? {
        var end = at + 1
        if end < text.endIndex, text[end] == 0x5B {
            let close = text[end..<min(text.endIndex, end + 48)].firstIndex(of: 0x5D)
            return close.map { $0 + 1 }
        }
        while end < text.endIndex, isDomain(text[end]), end - at < 256 { end += 1 }
        if let other = text[(at + 1)..<end].firstIndex(where: { $0 >= 0x80 }),
            !(end < text.endIndex && text[end] == 0x3E)
        {
            end = other
        }
        while end > at + 1, text[end - 1] == 0x2E || text[end - 1] == 0x2D { end -= 1 }
        return end > at + 1 ? end : nil
    }

    /// Whether a domain is more than a host's nickname.
    static func hasDot(_ address: ArraySlice<UInt8>) -> Bool {
        guard let at = address.lastIndex(of: 0x40) else { return false }
        return address[at...].contains(0x2E) || address[at...].contains(0x5B)
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
