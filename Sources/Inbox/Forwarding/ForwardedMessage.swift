/// A person's answer as it is handed on: the same message with a mark on top, in the form that
/// SMTP asks for (RFC 5321 §2.3.8: lines end with CRLF, at most 998 octets; no NUL).
enum ForwardedMessage {
    private static let maximumLine = 998

    static func bytes(_ message: [UInt8], delivery: Int64) -> [UInt8] {
        var bytes = Array("X-Maild-Forwarded: \(delivery)\r\n".utf8)
        bytes.reserveCapacity(bytes.count + message.count + 1024)
        var length = 0
        var previous: UInt8 = 0
        func endLine() {
            bytes += [0x0D, 0x0A]
            length = 0
        }
        for byte in message {
            switch byte {
            case 0x0A where previous == 0x0D: break
            case 0x0D, 0x0A: endLine()
            case 0: break
            default:
                if length == maximumLine { endLine() }
                bytes.append(byte)
                length += 1
            }
            previous = byte
        }
        if length > 0 { endLine() }
        return bytes
    }
}
