/// Percent-encoding of URLs (RFC 3986 §2.1).
package enum PercentCoding {
    /// Decodes `%XX`; nil when a `%` is not followed by two hexadecimal digits or the octets are
    /// not UTF-8.
    package static func decoded(_ text: some StringProtocol) -> String? {
        let bytes = Array(text.utf8)
        let decoded = decoded(bytes, form: false)
        guard decoded.broken == 0 else { return nil }
        return String(validating: decoded.bytes, as: UTF8.self)
    }

    /// Encodes everything but the unreserved characters (letters, digits, `-._~`) of the UTF-8
    /// form, so that the result can stand in any part of a URL.
    package static func encoded(_ text: some StringProtocol) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) {
                out.append(byte)
            } else {
                out.append(UInt8(ascii: "%"))
                out.append(hexDigits[Int(byte >> 4)])
                out.append(hexDigits[Int(byte & 15)])
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Decoded octets and the number of `%` that were left standing because no two digits follow.
    /// In a form `+` is a space.
    static func decoded(_ bytes: [UInt8], form: Bool) -> (bytes: [UInt8], broken: Int) {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var broken = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                if index + 1 < bytes.count, let high = hexValue(bytes[index]),
                    let low = hexValue(bytes[index + 1])
                {
                    out.append(high << 4 | low)
                    index += 2
                    continue
                }
                broken += 1
            }
            out.append(form && byte == UInt8(ascii: "+") ? 0x20 : byte)
        }
        return (out, broken)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
