import Core

/// Makes replies of the bytes a server sends (RFC 5321 §4.2).
///
/// A line ends with LF, a CR before it is dropped; of a line the first 10 KB are kept, of a reply
/// 500 octets of text (see `SMTPReply.text`). Linear time, memory bounded by one line. After a
/// fault the stream cannot be trusted: the session must be closed.
package struct ReplyParser: Sendable {
    /// Octets of one line that are looked at; the rest of the line is dropped.
    package static let lineLimit = 10_240
    /// Octets of one whole reply beyond which the server is not believed any more.
    package static let replyLimit = 65_536
    /// Octets of text that a reply keeps.
    package static let textLimit = 500

    private var line: [UInt8] = []
    /// The code of the lines read so far; nil between replies.
    private var code: Int?
    private var status: EnhancedStatus?
    private var text = ReplyText(limit: ReplyParser.textLimit)
    private var octets = 0

    package init() {}

    /// Whether a reply has begun and not ended.
    package var isWithinReply: Bool { code != nil || !line.isEmpty }

    /// Takes one byte; the reply that it completes, if it does.
    package mutating func read(_ byte: UInt8) throws(ReplyFault) -> SMTPReply? {
        octets += 1
        guard octets <= Self.replyLimit else { throw .tooLong }
        guard byte == 0x0A else {
            if line.count < Self.lineLimit { line.append(byte) }
            return nil
        }
        defer { line.removeAll(keepingCapacity: true) }
        return try endLine()
    }

    /// Takes all bytes; the replies they complete. For tests and small inputs.
    package mutating func read(_ bytes: some Sequence<UInt8>) throws(ReplyFault) -> [SMTPReply] {
        var replies: [SMTPReply] = []
        for byte in bytes {
            if let reply = try read(byte) { replies.append(reply) }
        }
        return replies
    }

    private mutating func endLine() throws(ReplyFault) -> SMTPReply? {
        guard let parsed = ReplyLine(line) else { throw .malformed }
        var content = line[parsed.text]
        if let code {
            guard code == parsed.code else { throw .codesDiffer }
            if let status, let own = EnhancedStatus.leading(content, code: code), own.0 == status {
                content = content.dropFirst(own.length)
            }
        } else {
            code = parsed.code
            if let own = EnhancedStatus.leading(content, code: parsed.code) {
                status = own.0
                content = content.dropFirst(own.length)
            }
        }
        text.append(line: content)
        guard parsed.isLast else { return nil }
        let reply = SMTPReply(code: parsed.code, status: status, text: text.string)
        code = nil
        status = nil
        text = ReplyText(limit: Self.textLimit)
        octets = 0
        return reply
    }
}
