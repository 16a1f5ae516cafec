import Bench
import Core
import Curl
import Glibc
import JSON
import Message
import SMTP
import Testing
import Threads

@Suite struct SinkTests {
    private func mail(_ tag: Int64, to recipient: String? = nil) throws -> Mail {
        let text = "Message-ID: <m\(tag)@example.com>\r\nSubject: s\r\n\r\nbody \(tag)\r\n"
        return Mail(
            tag: tag, sender: try EmailAddress("news@example.com"),
            recipient: try EmailAddress(recipient ?? "r\(tag)@example.org"),
            message: try WireMessage(scanning: Array(text.utf8)))
    }

    /// Sends all over one session; the outcomes by tag.
    private func send(_ mails: [Mail], to sink: Sink) throws -> [Int64: Outcome] {
        let loop = try SessionLoop()
        var outcomes: [Int64: Outcome] = [:]
        var conversation: Conversation?
        try loop.open(Relay(host: "127.0.0.1", port: sink.port, tls: .off)) { result in
            guard let session = try? result.get() else { return loop.stop() }
            let begun = Conversation(
                session, now: { Uptime(nanoseconds: MonotonicTime.now().nanoseconds) })
            begun.begin {
                if case .outcome(let tag, let outcome) = $0 { outcomes[tag] = outcome }
            }
            for mail in mails { begun.submit(mail) }
            begun.finish()
            conversation = begun
        }
        let end = MonotonicTime.after(milliseconds: 50_000)
        loop.run {
            if conversation?.isClosed == true || .now() >= end { loop.stop() }
            return end
        }
        return outcomes
    }

    private func start(_ rules: String = "", _ change: (inout Sink.Options) -> Void = { _ in })
        throws -> Sink
    {
        var options = Sink.Options()
        options.rules = try SinkRules(rules)
        change(&options)
        return try Sink(options)
    }

    @Test(
        "what is accepted is recorded with envelope, Message-ID and size",
        arguments: [true, false])
    func records(_ pipelining: Bool) throws {
        let sink = try start { $0.pipelining = pipelining }
        defer { sink.stop() }
        let outcomes = try send((1...20).map { try mail($0) }, to: sink)
        #expect(outcomes.count == 20)
        let envelopes = sink.envelopes
        #expect(envelopes.map(\.recipients) == (1...20).map { ["r\($0)@example.org"] })
        #expect(envelopes[0].messageID == "<m1@example.com>")
        #expect(envelopes[0].sender == "news@example.com")
        #expect(envelopes.allSatisfy { $0.violations.isEmpty && $0.connection == 1 })
        #expect(sink.statistics.connections == 1)
    }

    @Test("rules refuse, defer once, delay and drop by address")
    func rules() throws {
        let sink = try start(
            """
            rcpt gone@* reply 550 5.1.1 no such user
            rcpt later@* once reply 451 4.2.1 later
            dot slow@* delay 30
            dot full@* reply 452 4.3.1 full
            """)
        defer { sink.stop() }
        let outcomes = try send(
            [
                mail(1, to: "gone@example.org"), mail(2, to: "later@example.org"),
                mail(3, to: "slow@example.org"), mail(4, to: "later@example.org"),
                mail(5, to: "full@example.org"), mail(6),
            ], to: sink)
        #expect(
            outcomes[1]
                == .refused(
                    .rcpt, SMTPReply(code: 550, status: .init(5, 1, 1), text: "no such user")))
        #expect(
            outcomes[2]
                == .deferred(.rcpt, SMTPReply(code: 451, status: .init(4, 2, 1), text: "later")))
        #expect(
            outcomes[5]
                == .deferred(.dot, SMTPReply(code: 452, status: .init(4, 3, 1), text: "full")))
        #expect(
            sink.envelopes.flatMap(\.recipients) == [
                "slow@example.org", "later@example.org", "r6@example.org",
            ])
    }

    @Test("a message taken without an answer is recorded, one dropped is not")
    func drops() throws {
        let sink = try start("dot keep@* keep-and-drop\ndot lose@* drop")
        defer { sink.stop() }
        for (tag, name) in [(1, "keep"), (2, "lose")] as [(Int64, String)] {
            let outcomes = try send(
                [mail(tag, to: "\(name)@example.org"), mail(tag + 10)], to: sink)
            guard case .inDoubt = outcomes[tag], case .unsent = outcomes[tag + 10] else {
                Issue.record("\(outcomes)")
                return
            }
        }
        #expect(sink.envelopes.flatMap(\.recipients) == ["keep@example.org"])
    }

    @Test("record and Maildir hold what was taken")
    func files() throws {
        let directory = "/tmp/sink-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { _ = removeTree(directory) }
        #expect(mkdir(directory, 0o700) == 0)
        let sink = try start {
            $0.record = "\(directory)/record"
            $0.maildir = "\(directory)/Maildir"
        }
        _ = try send([mail(1), mail(2)], to: sink)
        sink.stop()
        let lines = try text("\(directory)/record").split(separator: "\n")
        let envelopes = try lines.map { line in
            let json = try JSON(parsing: Array(line.utf8))
            return try #require(SinkEnvelope(json))
        }
        #expect(envelopes == sink.envelopes)
        let names = entries("\(directory)/Maildir/new")
        #expect(names.count == 2)
        let message = try text("\(directory)/Maildir/new/\(names[0])")
        #expect(message.hasPrefix("Return-Path: <news@example.com>\r\nDelivered-To: r"))
        #expect(message.contains("\r\n\r\nbody "))
        #expect(!message.hasSuffix(".\r\n"))
    }

    @Test("sixty-four connections are served at once")
    func many() throws {
        let sink = try start("connect * delay 1")
        defer { sink.stop() }
        let loop = try SessionLoop()
        var sessions: [SMTPSession] = []
        var failures = 0
        for _ in 0..<64 {
            try loop.open(Relay(host: "127.0.0.1", port: sink.port, tls: .off)) { result in
                if let session = try? result.get() {
                    sessions.append(session)
                } else {
                    failures += 1
                }
            }
        }
        let end = MonotonicTime.after(milliseconds: 50_000)
        loop.run {
            if sessions.count + failures == 64 || .now() >= end { loop.stop() }
            return end
        }
        #expect(sessions.filter { $0.isOpen }.count == 64)
        #expect(sink.statistics.mostOpen == 64)
    }
}

private func text(_ path: String) throws -> String {
    let file = open(path, O_RDONLY)
    try #require(file >= 0)
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(file, &buffer, buffer.count), count > 0 {
        bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}

private func entries(_ path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

private func removeTree(_ path: String) -> Bool {
    for name in entries(path) where unlink("\(path)/\(name)") != 0 {
        _ = removeTree("\(path)/\(name)")
    }
    return rmdir(path) == 0
}
