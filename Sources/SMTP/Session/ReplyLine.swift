import Core

/// One line of a reply: `250-text`, `250 text` or `250` (RFC 5321 §4.2.1).
struct ReplyLine {
    /// 200 to 599.
    let code: Int
    let isLast: Bool
    /// Where the text stands in the bytes given, line end left out.
    let text: Range<Int>

    /// Reads a line with or without its line end; nil when it is none.
    init?(_ bytes: [UInt8]) {
        var end = bytes.count
        if end > 0, bytes[end - 1] == 0x0A { end -= 1 }
        if end > 0, bytes[end - 1] == 0x0D { end -= 1 }
        guard end >= 3, (0x32...0x35).contains(bytes[0]),
            bytes[1...2].allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        code = bytes[0...2].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        if end == 3 {
            isLast = true
            text = 3..<3
            return
        }
        guard bytes[3] == 0x20 || bytes[3] == 0x2D else { return nil }
        isLast = bytes[3] == 0x20
        text = 4..<end
    }
}

extension EnhancedStatus {
    /// The status at the start of a reply's text, and its length with the blank behind it. It
    /// counts only when its class agrees with the code (RFC 2034 §4).
    static func leading(_ text: ArraySlice<UInt8>, code: Int) -> (Self, length: Int)? {
        let word = text.prefix(12).prefix { $0 != 0x20 }
        guard let status = EnhancedStatus(octets: word),
            status.class == code / 100
        else { return nil }
        let isFollowed = text.count > word.count
        guard !isFollowed || text[word.endIndex] == 0x20 else { return nil }
        return (status, word.count + (isFollowed ? 1 : 0))
    }
}
