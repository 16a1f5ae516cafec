/// The bytes of an answer that a rule words: `\n` begins another line of the reply, `\xNN` is any
/// byte.
enum SinkReply {
    static func bytes(_ code: Int, _ text: String) -> [UInt8] {
        var lines: [[UInt8]] = [[]]
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "n") {
                rest = rest.dropFirst()
                lines.append([])
            } else if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"),
                let escaped = UInt8(
                    String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
            {
                rest = rest.dropFirst(3)
                lines[lines.count - 1].append(escaped)
            } else {
                lines[lines.count - 1].append(byte)
            }
        }
        return lines.enumerated().flatMap { index, line in
            Array("\(code)\(index + 1 < lines.count ? "-" : " ")".utf8) + line + [0x0D, 0x0A]
        }
    }
}
