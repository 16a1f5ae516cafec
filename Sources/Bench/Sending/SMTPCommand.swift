internal import Core
internal import Curl
internal import Glibc
internal import JSON
internal import Message
internal import SMTP
internal import Threads

/// `smtp --relay URL [--messages N] [--size BYTES] [--connections C] [--ca-file FILE]`: hands ready
/// messages to a relay with the transaction engine alone: nothing rendered, nothing recorded. One
/// JSON line: `messages, seconds, cpu_seconds, rss_mb, sessions`, the last as many as were open at
/// once. Exit 1 when not all were accepted.
@Sendable
func runSMTPCommand(_ arguments: [String]) -> Int32 {
    do {
        let given = try Options(
            arguments, known: ["relay", "messages", "size", "connections", "ca-file"])
        guard let url = given["relay"], var relay = relay(from: url) else {
            throw Options.Invalid(description: "--relay takes smtp://HOST:PORT")
        }
        relay.authoritiesFile = given["ca-file"]
        let count = try given.number("messages", in: 1...100_000_000, default: 10_000)
        let size = try given.number("size", in: 200...50_000_000, default: 10_000)
        let connections = try given.number("connections", in: 1...1000, default: 8)
        let run = try EngineRun(
            relay: relay, count: count, message: try EngineRun.message(size: size))
        let start = MonotonicTime.now()
        let cpu = Terminal.processorSeconds
        try run.send(over: min(connections, count))
        let seconds = Double(MonotonicTime.now().nanoseconds - start.nanoseconds) / 1e9
        let report: JSON = [
            "messages": .integer(Int64(run.accepted)),
            "seconds": .number(seconds),
            "cpu_seconds": .number(Terminal.processorSeconds - cpu),
            "rss_mb": .number(Terminal.residentMegabytes),
            "sessions": .integer(Int64(run.mostOpen)),
        ]
        Terminal.write(report.bytes + [0x0A])
        if let failure = run.failure { Terminal.complain("maild-bench smtp: \(failure)\n") }
        return run.accepted == count ? 0 : 1
    } catch {
        Terminal.complain("maild-bench smtp: \(error)\n")
        return 2
    }
}

/// Messages shared out among the sessions of one thread.
private final class EngineRun {
    private(set) var accepted = 0
    private(set) var failure: String?
    /// Sessions that were open at once.
    private(set) var mostOpen = 0
    private var begun = 0
    private var conversations: [Conversation] = []
    private var opening = 0
    private let relay: Relay
    private let count: Int
    private let message: WireMessage
    private let sender: EmailAddress

    init(relay: Relay, count: Int, message: WireMessage) throws {
        self.relay = relay
        self.count = count
        self.message = message
        sender = try EmailAddress("bench@example.com")
    }

    /// A message of so many octets: a small header and lines of 76.
    static func message(size: Int) throws -> WireMessage {
        var text =
            "From: <bench@example.com>\r\nSubject: bench\r\nMessage-ID: <b@example.com>\r\n\r\n"
        while text.utf8.count < size {
            let left = max(3, min(78, size - text.utf8.count))
            text += String(repeating: "m", count: left - 2) + "\r\n"
        }
        return try WireMessage(scanning: Array(text.utf8))
    }

    /// Sends until nothing is left or every session has failed.
    func send(over connections: Int) throws {
        let loop = try SessionLoop()
        for _ in 0..<connections {
            opening += 1
            try loop.open(relay) { [self] result in
                opening -= 1
                switch result {
                case .success(let session): begin(session)
                case .failure(let failure): note("\(failure)")
                }
            }
        }
        loop.run { [self] in
            for conversation in conversations { fill(conversation) }
            conversations.removeAll { $0.isClosed }
            if conversations.isEmpty, opening == 0 { loop.stop() }
            return .after(milliseconds: 1000)
        }
    }

    private func begin(_ session: SMTPSession) {
        let conversation = Conversation(
            session, now: { Uptime(nanoseconds: MonotonicTime.now().nanoseconds) })
        conversation.begin { [self] action in
            switch action {
            case .outcome(_, .accepted): accepted += 1
            case .outcome(_, let outcome): note("\(outcome)")
            default: break
            }
        }
        conversations.append(conversation)
        mostOpen = max(mostOpen, conversations.count)
    }

    private func fill(_ conversation: Conversation) {
        while conversation.pending < 3, begun < count,
            let recipient = try? EmailAddress("r\(begun + 1)@example.org")
        {
            begun += 1
            conversation.submit(
                Mail(tag: Int64(begun), sender: sender, recipient: recipient, message: message))
        }
        if conversation.pending == 0 { conversation.finish() }
    }

    private func note(_ failure: String) { self.failure = self.failure ?? failure }
}
