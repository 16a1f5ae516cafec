import Core

/// Follows what the server says while somebody else (libcurl) greets it, starts TLS and logs in:
/// which stage was reached, what was answered last, and what the last EHLO offered.
///
/// The lines come in order, one call each. With STARTTLS the list of keywords comes twice; what was
/// said in the clear is forgotten at the 220 that starts TLS (RFC 3207 §4.2) and at each new EHLO.
package struct Handshake: Sendable {
    package private(set) var capabilities = Capabilities()
    /// The stage that is under way: its success has not been seen yet. `.mail` when all is done.
    package private(set) var stage: Stage = .connect
    /// The last complete reply.
    package private(set) var lastReply: SMTPReply?
    /// Whether a 220 to STARTTLS was seen.
    package private(set) var isTLSStarted = false
    private var parser = ReplyParser()
    private var position = Position.greeting
    /// Lines of the present reply read so far.
    private var lines = 0

    private enum Position { case greeting, hello, afterHello }

    package init() {}

    /// Takes one line as it came, line end included. Broken lines are ignored: libcurl judges them.
    package mutating func read(line: [UInt8]) {
        if stage == .connect { stage = .greeting }
        guard let parsed = ReplyLine(line) else { return }
        readKeyword(parsed, line)
        let terminated = line.last == 0x0A ? line : line + [0x0A]
        do {
            for reply in try parser.read(terminated) { end(reply) }
        } catch {
            parser = ReplyParser()
        }
    }

    private mutating func readKeyword(_ parsed: ReplyLine, _ line: [UInt8]) {
        defer { lines = parsed.isLast ? 0 : lines + 1 }
        guard parsed.code == 250, position != .greeting else { return }
        if lines == 0 {
            // The first line of an answer to EHLO or HELO names the server.
            position = .hello
            capabilities = Capabilities()
        } else if position == .hello {
            let keyword = String(decoding: line[parsed.text].prefix(1000), as: UTF8.self)
            capabilities.read(keyword: keyword)
        }
    }

    private mutating func end(_ reply: SMTPReply) {
        lastReply = reply
        switch position {
        case .greeting:
            if reply.code == 220 {
                position = .hello
                stage = .ehlo
            }
        case .hello where reply.code == 250:
            position = .afterHello
            stage = capabilities.startTLS && !isTLSStarted ? .starttls : .auth
        case .hello: break
        case .afterHello:
            if reply.code == 220, !isTLSStarted {
                isTLSStarted = true
                capabilities = Capabilities()
                position = .hello
                stage = .ehlo
            } else if reply.code == 235 {
                stage = .mail
            }
        }
    }
}
