/// The server's side of one LMTP session (RFC 2033): bytes in, actions out, no I/O.
///
/// Takes mail for any recipient: the server in front decides what comes here, and only tokens have
/// an effect. A message longer than what is read of it is taken all the same; one longer than the
/// announced size is refused. Input behind a message waits until its replies are given.
struct LMTPDialogue {
    enum Action: Equatable {
        case send([UInt8])
        /// To be committed; `delivered` gives the replies.
        case deliver(Arrival)
        case close
    }

    /// One answer a recipient (RFC 2033 §4.2).
    enum Verdict: Equatable {
        case taken
        /// The store is away; the sender keeps the message and tries again.
        case later
    }

    private enum State {
        case command
        case data
        case delivering
        case closed
    }

    private let name: String
    /// Octets a message may have.
    private let maximumSize: Int
    private var state = State.command
    private var input: [UInt8] = []
    private var isGreeted = false
    private var hasSender = false
    private var recipients: [String] = []
    private var message: [UInt8] = []
    private var size = 0
    private var atLineStart = true
    private var errors = 0

    private static let maximumLine = 4_096
    private static let maximumRecipients = 100
    private static let maximumErrors = 20

    init(name: String, maximumSize: Int = 64 << 20) {
        self.name = name
        self.maximumSize = maximumSize
    }

    var greeting: [UInt8] { Array("220 \(name) LMTP maild\r\n".utf8) }

    /// What follows from bytes that arrived.
    mutating func receive(_ bytes: [UInt8]) -> [Action] {
        input += bytes
        return advance()
    }

    /// The message was committed, or could not be.
    mutating func delivered(_ verdict: Verdict) -> [Action] {
        guard case .delivering = state else { return [] }
        let reply =
            verdict == .taken
            ? "250 2.0.0 taken" : "451 4.3.0 not now: the store is away"
        var actions = recipients.map { _ in Self.line(reply) }
        forget()
        state = .command
        actions += advance()
        return Self.joined(actions)
    }

    private mutating func advance() -> [Action] {
        var actions: [Action] = []
        var start = 0
        loop: while true {
            switch state {
            case .closed, .delivering: break loop
            case .data:
                guard let action = readData(&start) else { break loop }
                actions += action
            case .command:
                guard let end = input[start...].firstIndex(of: 0x0A) else {
                    if input.count - start > Self.maximumLine {
                        actions += [Self.line("500 5.5.6 line too long"), .close]
                        state = .closed
                    }
                    break loop
                }
                var line = input[start..<end]
                if line.last == 0x0D { line = line.dropLast() }
                start = end + 1
                actions += carryOut(line)
            }
        }
        input.removeFirst(min(start, input.count))
        return Self.joined(actions)
    }

    // MARK: - Commands

    private mutating func carryOut(_ bytes: ArraySlice<UInt8>) -> [Action] {
        guard bytes.count <= Self.maximumLine, bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return wrong("500 5.5.2 syntax")
        }
        let line = String(decoding: bytes, as: UTF8.self)
        let verb = line.prefix { $0 != " " }.uppercased()
        let rest = line.dropFirst(verb.count)
        switch verb {
        case "LHLO":
            forget()
            isGreeted = true
            return [
                Self.line("250-\(name)"), Self.line("250-PIPELINING"),
                Self.line("250-ENHANCEDSTATUSCODES"), Self.line("250-8BITMIME"),
                Self.line("250-SMTPUTF8"), Self.line("250 SIZE \(maximumSize)"),
            ]
        case "MAIL": return mail(rest)
        case "RCPT": return recipient(rest)
        case "DATA": return data()
        case "RSET":
            forget()
            return [Self.line("250 2.0.0 forgotten")]
        case "NOOP": return [Self.line("250 2.0.0 ok")]
        case "VRFY": return [Self.line("252 2.5.0 send some mail")]
        case "QUIT":
            state = .closed
            return [Self.line("221 2.0.0 bye"), .close]
        default: return wrong("500 5.5.1 this is LMTP")
        }
    }

    private mutating func mail(_ rest: Substring) -> [Action] {
        guard isGreeted, !hasSender else { return wrong("503 5.5.1 LHLO, MAIL, RCPT, DATA") }
        guard let (_, parameters) = Self.path(rest, after: "FROM:") else {
            return wrong("501 5.5.4 MAIL FROM:<address>")
        }
        for parameter in parameters.split(separator: " ") {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            if pair.count == 2, pair[0].uppercased() == "SIZE",
                let size = Int(pair[1]), size > maximumSize
            {
                return [Self.line("552 5.3.4 larger than \(maximumSize) octets")]
            }
        }
        hasSender = true
        return [Self.line("250 2.1.0 ok")]
    }

    private mutating func recipient(_ rest: Substring) -> [Action] {
        guard hasSender else { return wrong("503 5.5.1 MAIL first") }
        guard let (address, _) = Self.path(rest, after: "TO:"), !address.isEmpty else {
            return wrong("501 5.5.4 RCPT TO:<address>")
        }
        guard recipients.count < Self.maximumRecipients else {
            return [Self.line("452 4.5.3 too many recipients")]
        }
        recipients.append(address)
        return [Self.line("250 2.1.5 ok")]
    }

    private mutating func data() -> [Action] {
        guard !recipients.isEmpty else { return wrong("503 5.5.1 no valid recipients") }
        state = .data
        atLineStart = true
        return [Self.line("354 end with a dot on a line by itself")]
    }

    /// The text between the angle brackets, and what stands behind them.
    private static func path(
        _ rest: Substring, after keyword: String
    ) -> (address: String, parameters: Substring)? {
        let text = rest.drop { $0 == " " }
        guard text.prefix(keyword.count).uppercased() == keyword else { return nil }
        let path = text.dropFirst(keyword.count).drop { $0 == " " }
        guard path.first == "<", let end = path.lastIndex(of: ">") else { return nil }
        return (String(path[..<end].dropFirst()), path[path.index(after: end)...])
    }

    // MARK: - Data

    /// Reads lines of a message; only CRLF, dot, CRLF ends it, so that nothing can be smuggled in.
    /// Nil when more bytes are needed.
    private mutating func readData(_ start: inout Int) -> [Action]? {
        while start < input.count {
            if atLineStart, input[start] == 0x2E {
                guard input.count - start >= 3 else { return nil }
                if input[start + 1] == 0x0D, input[start + 2] == 0x0A {
                    start += 3
                    return endOfData()
                }
                // Dot-stuffing (RFC 5321 §4.5.2).
                start += 1
            }
            let rest = input[start...]
            if let feed = rest.firstIndex(of: 0x0A) {
                atLineStart = feed > 0 && (feed == start ? false : input[feed - 1] == 0x0D)
                keep(input[start...feed])
                start = feed + 1
            } else {
                // A carriage return at the end may belong to the line's end.
                let end = rest.last == 0x0D ? input.count - 1 : input.count
                guard end > start else { return nil }
                keep(input[start..<end])
                atLineStart = false
                start = end
                if end < input.count { return nil }
            }
        }
        return nil
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        size += bytes.count
        let room = Arrival.maximumMessage + 1 - message.count
        if room > 0 { message += bytes.prefix(room) }
    }

    private mutating func endOfData() -> [Action] {
        guard size <= maximumSize else {
            let replies = recipients.map { _ in
                Self.line("552 5.3.4 larger than \(maximumSize) octets")
            }
            forget()
            state = .command
            return replies
        }
        state = .delivering
        return [.deliver(Arrival(message, recipients: recipients))]
    }

    private mutating func forget() {
        hasSender = false
        recipients = []
        message = []
        size = 0
    }

    private mutating func wrong(_ reply: String) -> [Action] {
        errors += 1
        guard errors <= Self.maximumErrors else {
            state = .closed
            return [Self.line("421 4.7.0 too many errors"), .close]
        }
        return [Self.line(reply)]
    }

    private static func line(_ text: String) -> Action { .send(Array((text + "\r\n").utf8)) }

    /// Replies that follow each other as one piece.
    private static func joined(_ actions: [Action]) -> [Action] {
        var joined: [Action] = []
        for action in actions {
            if case .send(let bytes) = action, case .send(let before) = joined.last {
                joined[joined.count - 1] = .send(before + bytes)
            } else {
                joined.append(action)
            }
        }
        return joined
    }
}
