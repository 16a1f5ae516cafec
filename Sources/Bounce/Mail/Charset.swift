/// Brings the text of a notice into a form in which ASCII is ASCII and nothing else looks like
/// it. What cannot be decoded stays as it is, byte by byte, and nothing fails.
enum Charset {
    static func decode(_ bytes: [UInt8], named name: String?) -> [UInt8] {
        let name = name?.lowercased() ?? ""
        if bytes.contains(0x1B) { return withoutEscapes(bytes) }
        if name.hasSuffix("utf-7") { return utf7(bytes) }
        if name.hasPrefix("utf-16") || name.hasPrefix("ucs-2") { return utf16(bytes, name) }
        if name == "shift_jis" || name == "sjis" || name == "x-sjis" || name == "cp932"
            || name == "windows-31j" || name == "gbk" || name == "gb18030" || name == "big5"
        {
            return doubled(bytes)
        }
        if name.hasPrefix("iso-8859-1") || name.hasPrefix("windows-125") || name.hasPrefix("latin1")
            || name == "us-ascii" || name.isEmpty
        {
            return isUTF8(bytes) ? bytes : latin1(bytes)
        }
        return bytes
    }

    /// ISO-2022: what stands between escape sequences gets its high bit, which for JIS is EUC-JP.
    private static func withoutEscapes(_ bytes: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var isDouble = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x1B, index + 2 < bytes.count {
                isDouble = bytes[index + 1] == 0x24
                index += 3
                continue
            }
            if byte == 0x0A || byte == 0x0D { isDouble = false }
            plain.append(isDouble && byte > 0x20 ? byte | 0x80 : byte)
            index += 1
        }
        return plain
    }

    /// Two-byte charsets whose second byte may look like ASCII.
    private static func doubled(_ bytes: [UInt8]) -> [UInt8] {
        var plain = bytes
        var index = 0
        while index + 1 < plain.count {
            let byte = plain[index]
            if (0x81...0x9F).contains(byte) || byte >= 0xE0, plain[index + 1] >= 0x40 {
                plain[index + 1] |= 0x80
                index += 1
            }
            index += 1
        }
        return plain
    }

    private static func latin1(_ bytes: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            if byte < 0x80 {
                plain.append(byte)
            } else {
                plain.append(0xC0 | byte >> 6)
                plain.append(0x80 | byte & 0x3F)
            }
        }
        return plain
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        if bytes.allSatisfy({ $0 < 0x80 }) { return true }
        return String(validating: bytes, as: UTF8.self) != nil
    }

    private static func utf16(_ bytes: [UInt8], _ name: String) -> [UInt8] {
        var isLittle = name.hasSuffix("le")
        var rest = bytes[...]
        if rest.starts(with: [0xFF, 0xFE]) { isLittle = true }
        if rest.starts(with: [0xFF, 0xFE]) || rest.starts(with: [0xFE, 0xFF]) {
            rest = rest.dropFirst(2)
        }
        var units: [UInt16] = []
        var index = rest.startIndex
        while index + 1 < rest.endIndex {
            let (a, b) = (UInt16(rest[index]), UInt16(rest[index + 1]))
            units.append(isLittle ? b << 8 | a : a << 8 | b)
            index += 2
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// RFC 2152.
    private static func utf7(_ bytes: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x2B else {
                plain.append(bytes[index])
                index += 1
                continue
            }
            let start = index + 1
            var end = start
            while end < bytes.count, isBase64(bytes[end]) { end += 1 }
            if end == start {
                plain.append(0x2B)
            } else {
                plain += utf16(TransferEncoding.base64(bytes[start..<end]), "utf-16be")
            }
            index = end < bytes.count && bytes[end] == 0x2D ? end + 1 : end
        }
        return plain
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: true
        default: false
        }
    }
}
