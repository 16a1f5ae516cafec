/// Base 32 (RFC 4648 §6) in lower case and without padding, which survives mail systems that
/// fold case.
enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// The letters of the `bits` highest bits of a word, which must be a multiple of five.
    static func letters(_ word: UInt64, bits: Int) -> [UInt8] {
        stride(from: 59, through: 64 - bits, by: -5).map { alphabet[Int(word >> $0 & 31)] }
    }

    /// The letter of a five-bit value.
    static func letter(_ value: UInt8) -> UInt8 {
        let value = value & 31
        return value < 26 ? value &+ UInt8(ascii: "a") : value &+ (UInt8(ascii: "2") &- 26)
    }

    /// The value of a letter; upper case counts only where `anyCase` says so.
    static func value(_ byte: UInt8, anyCase: Bool) -> UInt8? {
        switch byte {
        case 0x61...0x7A: byte - 0x61
        case 0x41...0x5A where anyCase: byte - 0x41
        case 0x32...0x37: byte - 0x32 + 26
        default: nil
        }
    }
}
