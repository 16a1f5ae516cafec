/// Octets as hexadecimal digits.
package enum HexDigit {
    /// The value of a digit in either case; nil for anything else.
    package static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The digit of 0 to 15, in upper case.
    package static func of(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value + 0x37 }
}
