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

    /// Takes bytes from `start` on until they complete a reply, and moves `start` behind what it took;
    /// nil when they end before.
    package mutating func read(
        _ bytes: UnsafeRawBufferPointer, from start: inout Int
    ) throws(ReplyFault) -> SMTPReply? {
        while start < bytes.count {
            let rest = bytes[start...]
            let end = rest.firstIndex(of: 0x0A)
            let taken = rest[..<(end ?? bytes.endIndex)]
            start = end.map { $0 + 1 } ?? bytes.endIndex
            octets += taken.count + (end == nil ? 0 : 1)
            guard octets <= Self.replyLimit else { throw .tooLong }
            line.append(contentsOf: taken.prefix(Self.lineLimit - line.count))
            guard end != nil else { return nil }
            defer { line.removeAll(keepingCapacity: true) }
            if let reply = try endLine() { return reply }
        }
        return nil
    }

    /// Takes all bytes; the replies they complete. For tests and small inputs.
    package mutating func read(_ bytes: some Sequence<UInt8>) throws(ReplyFault) -> [SMTPReply] {
        let bytes = Array(bytes)
        var replies: [SMTPReply] = []
        var start = 0
        var fault: ReplyFault?
        bytes.withUnsafeBytes { bytes in
            do throws(ReplyFault) {
                while let reply = try read(bytes, from: &start) { replies.append(reply) }
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
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
