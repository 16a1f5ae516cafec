internal import Core
internal import Curl
internal import Glibc
internal import JSON
internal import Message
internal import SMTP
internal import Threads

/// `smtp --relay URL [--messages N] [--size BYTES] [--connections C]`: hands ready messages to a
/// relay with the transaction engine alone: nothing rendered, nothing recorded. One JSON line:
/// `messages, seconds, cpu_seconds, rss_mb`. Exit 1 when not all were accepted.
@Sendable
func runSMTPCommand(_ arguments: [String]) -> Int32 {
    do {
        let given = try Options(arguments, known: ["relay", "messages", "size", "connections"])
        guard let url = given["relay"], let relay = relay(from: url) else {
            throw Options.Invalid(description: "--relay takes smtp://HOST:PORT")
        }
        let count = try given.number("messages", in: 1...100_000_000, default: 10_000)
        let size = try given.number("size", in: 200...50_000_000, default: 10_000)
        let connections = try given.number("connections", in: 1...1000, default: 8)
        let run = EngineRun(relay: relay, count: count, message: try EngineRun.message(size: size))
        let start = MonotonicTime.now()
        let cpu = Terminal.processorSeconds
        let threads = (0..<min(connections, count)).map { number in
            WorkThread("smtp-\(number)") { run.send() }
        }
        for thread in threads { thread.join() }
        let seconds = Double(MonotonicTime.now().nanoseconds - start.nanoseconds) / 1e9
        let report: JSON = [
            "messages": .integer(Int64(run.accepted)),
            "seconds": .number(seconds),
            "cpu_seconds": .number(Terminal.processorSeconds - cpu),
            "rss_mb": .number(Terminal.residentMegabytes),
        ]
        Terminal.write(report.bytes + [0x0A])
        if let failure = run.failure { Terminal.complain("maild-bench smtp: \(failure)\n") }
        return run.accepted == count ? 0 : 1
    } catch {
        Terminal.complain("maild-bench smtp: \(error)\n")
        return 2
    }
}

/// Messages shared out among threads with one session each.
private final class EngineRun: Sendable {
    private struct State {
        var begun = 0
        var accepted = 0
        var failure: String?
    }

    private let state = Monitor(State())
    private let relay: Relay
    private let count: Int
    private let message: WireMessage

    init(relay: Relay, count: Int, message: WireMessage) {
        self.relay = relay
        self.count = count
        self.message = message
    }

    var accepted: Int { state.withLock { $0.accepted } }
    var failure: String? { state.withLock { $0.failure } }

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

    /// One thread's share, until nothing is left or its session fails.
    func send() {
        do {
            let session = try SMTPSession(relay)
            try session.open()
            let sender = try EmailAddress("bench@example.com")
            var accepted = 0
            let conversation = Conversation(
                session, now: { Uptime(nanoseconds: MonotonicTime.now().nanoseconds) },
                report: { [self] action in
                    switch action {
                    case .outcome(_, .accepted): accepted += 1
                    case .outcome(_, let outcome): note("\(outcome)")
                    default: break
                    }
                })
            while !conversation.isClosed {
                while conversation.pending < 3, let number = next() {
                    conversation.submit(
                        Mail(
                            tag: Int64(number), sender: sender,
                            recipient: try EmailAddress("r\(number)@example.org"),
                            message: message))
                }
                if conversation.pending == 0 { conversation.finish() }
                conversation.turn(longest: .seconds(1))
            }
            let total = accepted
            state.withLock { $0.accepted += total }
        } catch {
            note("\(error)")
        }
    }

    private func next() -> Int? {
        state.withLock { state in
            guard state.begun < count else { return nil }
            state.begun += 1
            return state.begun
        }
    }

    private func note(_ failure: String) {
        state.withLock { $0.failure = $0.failure ?? failure }
    }
}
