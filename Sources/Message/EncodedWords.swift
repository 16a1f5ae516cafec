import Core

/// Text as RFC 2047 encoded words, in UTF-8.
///
/// B or Q, whichever is shorter in all; each word has at most 75 octets and is split between
/// Unicode scalars (RFC 2047 §5). Q uses the narrow alphabet of §5 (3), so that the same words
/// may stand in a phrase.
enum EncodedWords {
    private static let overhead = "=?UTF-8?Q?".utf8.count + "?=".utf8.count
    /// Below this a first word is not worth beginning on the line.
    static let leastRoom = overhead + 16

    /// Appends the words of a text: the first where the line has `firstRoom` octets left (at least
    /// `leastRoom`), each other on a line of its own. Says how many octets of words the last line
    /// has, and whether it is another line.
    static func append(
        _ text: String, firstRoom: Int, to out: inout [UInt8]
    ) -> (count: Int, isFolded: Bool) {
        let bytes = Array(text.utf8)
        let q = bytes.reduce(0) { $0 + Int(qWidth[Int($1)]) }
        let usesB = (bytes.count + 2) / 3 * 4 < q
        var start = 0
        while true {
            let wordStart = out.count
            let room = min(start == 0 ? firstRoom : 75, 75) - overhead
            let end = usesB ? endB(bytes, from: start, room) : endQ(bytes, from: start, room)
            out.append(contentsOf: (usesB ? "=?UTF-8?B?" : "=?UTF-8?Q?").utf8)
            if usesB {
                Base64.append(bytes[start..<end], to: &out)
            } else {
                appendQ(bytes[start..<end], to: &out)
            }
            out.append(contentsOf: "?=".utf8)
            guard end < bytes.count else { return (out.count - wordStart, start > 0) }
            out.append(contentsOf: "\r\n ".utf8)
            start = end
        }
    }

    /// The end of what fits into `room` octets of base64, between scalars.
    private static func endB(_ bytes: [UInt8], from start: Int, _ room: Int) -> Int {
        var end = min(start + room / 4 * 3, bytes.count)
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    private static func endQ(_ bytes: [UInt8], from start: Int, _ room: Int) -> Int {
        var end = start
        var used = 0
        var index = start
        while index < bytes.count {
            used += Int(qWidth[Int(bytes[index])])
            if used > room { break }
            index += 1
            if index == bytes.count || bytes[index] & 0xC0 != 0x80 { end = index }
        }
        return end
    }

    private static func appendQ(_ bytes: ArraySlice<UInt8>, to out: inout [UInt8]) {
        for byte in bytes {
            if byte == 0x20 {
                out.append(UInt8(ascii: "_"))
            } else if qWidth[Int(byte)] == 1 {
                out.append(byte)
            } else {
                out.append(UInt8(ascii: "="))
                out.append(QuotedPrintable.hexDigit(byte >> 4))
                out.append(QuotedPrintable.hexDigit(byte & 15))
            }
        }
    }

    /// Octets that each byte takes in Q.
    private static let qWidth: [UInt8] = (0...255).map { value in
        switch UInt8(value) {
        case 0x20, UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"):
            1
        default: 3
        }
    }
}
