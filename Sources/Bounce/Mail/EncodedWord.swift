/// Undoes encoded words in a header field (RFC 2047), leniently: what cannot be decoded stays.
enum EncodedWord {
    static func decode(_ value: String) -> String {
        guard value.utf8.contains(0x3D), value.holds("=?") else { return value }
        let bytes = Array(value.utf8.prefix(4_000))
        var plain: [UInt8] = []
        var index = 0
        var isAfterWord = false
        while index < bytes.count {
            if bytes[index] == 0x3D, index + 1 < bytes.count, bytes[index + 1] == 0x3F,
                let (word, next) = word(bytes, index + 2)
            {
                if isAfterWord {
                    while plain.last == 0x20 || plain.last == 0x09 { plain.removeLast() }
                }
                plain += word
                index = next
                isAfterWord = true
                continue
            }
            if bytes[index] != 0x20 && bytes[index] != 0x09 { isAfterWord = false }
            plain.append(bytes[index])
            index += 1
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func word(_ bytes: [UInt8], _ start: Int) -> ([UInt8], Int)? {
        let limit = min(bytes.count, start + 200)
        guard let first = bytes[start..<limit].firstIndex(of: 0x3F), first + 2 < limit,
            bytes[first + 2] == 0x3F
        else { return nil }
        let content = first + 3
        var end = content
        while end + 1 < limit, !(bytes[end] == 0x3F && bytes[end + 1] == 0x3D) { end += 1 }
        guard end + 1 < limit else { return nil }
        let decoded: [UInt8]
        switch bytes[first + 1] | 0x20 {
        case 0x62: decoded = TransferEncoding.base64(bytes[content..<end])
        case 0x71:
            let spaced = bytes[content..<end].map { $0 == 0x5F ? 0x20 : $0 }
            decoded = TransferEncoding.quotedPrintable(spaced[...])
        default: return nil
        }
        let charset = String(decoding: bytes[start..<first], as: UTF8.self)
        return (Charset.decode(decoded, named: charset), end + 2)
    }
}
