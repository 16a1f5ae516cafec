/// Percent-encoding of URLs (RFC 3986 §2.1).
package enum PercentCoding {
    /// Decodes `%XX`; nil when a `%` is not followed by two hexadecimal digits or the octets are
    /// not UTF-8.
    package static func decoded(_ text: some StringProtocol) -> String? {
        let decoded = decoded(Array(text.utf8), form: false)
        guard decoded.broken == 0 else { return nil }
        return String(validating: decoded.bytes, as: UTF8.self)
    }

    /// Decoded octets and the number of `%` that were left standing because no two digits follow.
    /// In a form `+` is a space.
    package static func decoded(_ bytes: [UInt8], form: Bool) -> (bytes: [UInt8], broken: Int) {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var broken = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                if index + 1 < bytes.count, let high = HexDigit.value(bytes[index]),
                    let low = HexDigit.value(bytes[index + 1])
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

    /// Encodes everything but the unreserved characters of the UTF-8 form, so that the result can
    /// stand in any part of a URL.
    package static func encoded(_ text: some StringProtocol) -> String {
        String(decoding: encoded(Array(text.utf8)[...], except: isUnreserved), as: UTF8.self)
    }

    /// Encodes all octets but those that are kept.
    package static func encoded(
        _ bytes: ArraySlice<UInt8>, except isKept: (UInt8) -> Bool
    ) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(3 * bytes.count)
        for byte in bytes {
            if isKept(byte) {
                out.append(byte)
            } else {
                out += [UInt8(ascii: "%"), HexDigit.of(byte >> 4), HexDigit.of(byte & 15)]
            }
        }
        return out
    }

    /// Letters, digits and `-._~` (RFC 3986 §2.3).
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
