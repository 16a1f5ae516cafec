internal import Core

/// Undoes base64 and quoted-printable (RFC 2045 §6.7, §6.8), leniently: what is no code is
/// skipped or kept, and nothing fails.
enum TransferEncoding {
    static func isEncoded(_ name: String?) -> Bool {
        let name = name?.lowercased() ?? ""
        return name.hasPrefix("base64") || name.hasPrefix("quoted-printable")
    }

    static func decode(_ bytes: ArraySlice<UInt8>, named name: String?) -> [UInt8] {
        let name = name?.lowercased() ?? ""
        if name.hasPrefix("base64") { return base64(bytes) }
        if name.hasPrefix("quoted-printable") { return quotedPrintable(bytes) }
        return Array(bytes)
    }

    static func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count / 4 * 3)
        var word: UInt32 = 0
        var bits = 0
        for byte in bytes {
            let value: UInt32
            switch byte {
            case 0x41...0x5A: value = UInt32(byte) - 0x41
            case 0x61...0x7A: value = UInt32(byte) - 0x61 + 26
            case 0x30...0x39: value = UInt32(byte) - 0x30 + 52
            case 0x2B: value = 62
            case 0x2F: value = 63
            case 0x3D:
                // Padding ends a run; concatenated runs follow one another in broken mail.
                bits = 0
                continue
            default: continue
            }
            word = word << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                decoded.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            }
        }
        return decoded
    }

    static func quotedPrintable(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            guard byte == 0x3D else {
                decoded.append(byte)
                continue
            }
            if index + 1 < bytes.endIndex, let high = HexDigit.value(bytes[index]),
                let low = HexDigit.value(bytes[index + 1])
            {
                decoded.append(high << 4 | low)
                index += 2
                continue
            }
            // A soft line break, with blanks that were added on the way.
            var end = index
            while end < bytes.endIndex, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
            if end < bytes.endIndex, bytes[end] == 0x0D { end += 1 }
            if end < bytes.endIndex, bytes[end] == 0x0A {
                index = end + 1
            } else if end < bytes.endIndex {
                decoded.append(byte)
            }
        }
        return decoded
    }
}
