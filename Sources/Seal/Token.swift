internal import Core

/// What stands in a link or address for one delivery and one purpose.
///
/// Sixteen bytes, fixed for good: key number (1), delivery number (5, big endian), the first ten
/// bytes of the code. Spelled as 26 letters of lower-case base 32; the two spare bits are zero.
/// A token is only a claim until `Sealer.delivery(of:for:)` has verified it.
package struct Token: Hashable, Sendable {
    /// Letters of a spelled token.
    package static let length = 26
    /// The largest delivery number a token can hold.
    package static let maximumDelivery: Int64 = 1 << 40 - 1

    /// Octets of the code.
    static let codeSize = 10

    let bits: UInt128

    init(bits: UInt128) { self.bits = bits }

    init(key: UInt8, delivery: Int64, code: some Sequence<UInt8>) {
        var bits = UInt128(key) << 40 | UInt128(delivery)
        for byte in code { bits = bits << 8 | UInt128(byte) }
        self.bits = bits
    }

    /// Reads the one spelling that is known; anything else is nil.
    package init?(_ text: some StringProtocol) {
        self.init(letters: text.utf8, anyCase: false)
    }

    /// Reads 26 letters. Case is folded only for what has passed through mail systems.
    init?(letters: some Sequence<UInt8>, anyCase: Bool) {
        var bits: UInt128 = 0
        var count = 0
        var spare: UInt8 = 0
        for letter in letters {
            guard count < Self.length, let value = Base32.value(letter, anyCase: anyCase) else {
                return nil
            }
            count += 1
            if count == Self.length {
                spare = value & 3
                bits = bits << 3 | UInt128(value >> 2)
            } else {
                bits = bits << 5 | UInt128(value)
            }
        }
        guard count == Self.length, spare == 0 else { return nil }
        self.bits = bits
    }

    var key: UInt8 { UInt8(truncatingIfNeeded: bits >> 120) }

    /// The delivery number the token claims; not to be used before it is verified.
    var claimedDelivery: Int64 { Int64(truncatingIfNeeded: bits >> 80 & (1 << 40 - 1)) }

    /// The 26 letters.
    package var text: String { text(after: "", before: "") }

    /// The 26 letters with texts around them, made in one piece: a message has half a dozen.
    package func text(
        after front: String, before next: String, _ more: String = "", _ end: String = ""
    ) -> String {
        let count =
            front.utf8.count + Self.length + next.utf8.count + more.utf8.count + end.utf8.count
        return String(atMost: count) { pieces in
            pieces.put(front)
            write(to: &pieces)
            pieces.put(next)
            pieces.put(more)
            pieces.put(end)
        }
    }

    /// Twelve letters of 64 bits at a time, since shifting all 128 costs more.
    private func write(to pieces: inout StringPieces) {
        for start in stride(from: 0, to: Self.length, by: 12) {
            let word = UInt64(truncatingIfNeeded: (bits << UInt128(5 * start)) >> 64)
            for letter in 0..<min(12, Self.length - start) {
                pieces.put(
                    Base32.letter(UInt8(truncatingIfNeeded: word >> UInt64(59 - 5 * letter))))
            }
        }
    }
}

extension Token {
    /// Finds tokens in text that went through mail systems: `before`, 26 letters in any case,
    /// `after`, with no further letter or digit touching. Linear in the text; at most `limit`.
    static func scan(
        _ text: some Sequence<UInt8>, before: [UInt8], after: [UInt8], limit: Int
    ) -> [Token] {
        let text = Array(text)
        let whole = before.count + length + after.count
        var found: [Token] = []
        var start = 0
        while start + whole <= text.count, found.count < limit {
            let letters = start + before.count
            let end = letters + length
            if matches(before, text, at: start), matches(after, text, at: end),
                start == 0 || !isAlphanumeric(text[start - 1]),
                end == text.count || !isAlphanumeric(text[end]),
                let token = Token(letters: text[letters..<end], anyCase: true)
            {
                found.append(token)
                start = end
            } else {
                start += 1
            }
        }
        return found
    }

    /// `expected` is in lower case.
    private static func matches(_ expected: [UInt8], _ text: [UInt8], at offset: Int) -> Bool {
        for (index, byte) in expected.enumerated() {
            let actual = text[offset + index]
            guard actual == byte || (isLetter(actual) && actual | 0x20 == byte) else {
                return false
            }
        }
        return true
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLetter(byte) || (0x30...0x39).contains(byte)
    }
}
