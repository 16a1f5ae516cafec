import Core
import Bench
import Glibc
import HTTP
import JSON
import PowerLoss
import Testing

/// The daemon dies without warning, again and again, while it sends.
@Suite(.serialized) struct CrashTests {
    private static let sessions = 4

    @Test(
        "kill -9 at random instants loses nobody, repeats nobody, and lists what is in doubt",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(30)))
    func kills() throws {
        print(
            "kill -9 at \(Torture.kills) instants, \(Torture.recipients) recipients, "
                + "MAILD_SEED=\(Torture.seed)")
        var random = SplitMix64(seed: Torture.seed)
        let sink = try Sink(Sink.Options())
        defer { sink.stop() }
        let scenario = try Scenario(
            "kills", relayPort: Int(sink.port), sessions: Self.sessions)
        try scenario.mail(Torture.recipients)
        let instants = (0..<Torture.kills).map { _ in
            Int.random(in: 0..<Torture.recipients, using: &random)
        }
        for instant in instants.sorted() {
            _ = sink.waitForMessages(instant, milliseconds: 60_000)
            // Anywhere within what lies between two messages.
            usleep(UInt32.random(in: 0..<5000, using: &random))
            scenario.kill()
            if Int.random(in: 0..<5, using: &random) == 0 {
                // Again, while it starts and settles what the first left open.
                try scenario.start()
                usleep(UInt32.random(in: 0..<60_000, using: &random))
                scenario.kill()
            }
            try scenario.restart()
        }
        try scenario.waitUntilFinished(seconds: 600)

        let which: Comment = "MAILD_SEED=\(Torture.seed)"
        let arrived = sink.envelopes.flatMap(\.recipients)
        let counts = scenario.counts
        let sent = counts["sent", default: 0]
        let doubt = counts["in doubt", default: 0]
        print("arrived \(arrived.count), ledger \(counts)")
        #expect(Set(arrived).count == arrived.count, which)
        #expect(sent + doubt == Torture.recipients, "\(which): \(counts)")
        #expect(sent <= arrived.count && arrived.count <= sent + doubt, "\(which): \(counts)")
        // At each kill at most one message a session is between its dot and the reply.
        #expect(doubt <= Torture.kills * Self.sessions, "\(which): \(counts)")
        // Nobody is missing who is not listed.
        let listed = Set(
            (scenario.control.ask("/v1/mailings/hello/in-doubt?limit=1000")?.array ?? [])
                .compactMap { $0["email"]?.string })
        #expect(listed.count == min(doubt, 1000))
        if doubt <= 1000 {
            let everybody = Set((1...Torture.recipients).map { "person\($0)@example.org" })
            #expect(everybody.subtracting(arrived).isSubset(of: listed), which)
        }
    }

    @Test(
        "killed between the final dot and its 250, exactly that message is in doubt",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(3)),
        arguments: [("resend", ["sent": 40]), ("drop", ["sent": 39, "cancelled": 1])])
    func betweenDotAndReply(decision: String, counts: [String: Int]) throws {
        var options = Sink.Options()
        options.rules = try SinkRules("dot person7@* once delay 600000")
        let sink = try Sink(options)
        defer { sink.stop() }
        let scenario = try Scenario("dot", relayPort: Int(sink.port), sessions: 1)
        try scenario.mail(40)
        let isTaken = eventually(within: 60) {
            sink.envelopes.contains { $0.recipients == ["person7@example.org"] }
        }
        try #require(isTaken, "\(scenario.log)")
        scenario.kill()
        try scenario.restart()
        let isSettled = eventually(within: 60) {
            scenario.counts == ["sent": 39, "in doubt": 1] && scenario.state == "finished"
        }
        #expect(isSettled, "\(scenario.counts), \(scenario.log)")
        #expect(sink.envelopes.count == 40)
        let path = "/v1/mailings/hello/in-doubt"
        let listed = scenario.control.ask(path)?.array ?? []
        #expect(listed.map { $0["email"]?.string } == ["person7@example.org"])
        #expect(scenario.control.ask("\(path)?decision=\(decision)", by: .post) != nil)
        #expect(eventually(within: 60) { scenario.counts == counts }, "\(scenario.counts)")
        let copies = sink.envelopes.filter { $0.recipients == ["person7@example.org"] }
        #expect(copies.count == (decision == "resend" ? 2 : 1))
        // The same Message-ID: whoever has it twice can tell.
        #expect(Set(copies.map(\.messageID)).count == 1)
    }

    @Test(
        "SIGTERM in the middle finishes open transactions; the next start goes on, nothing in doubt",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(5)))
    func terminates() throws {
        let sink = try Sink(Sink.Options())
        defer { sink.stop() }
        let scenario = try Scenario("term", relayPort: Int(sink.port))
        try scenario.mail(1000)
        _ = sink.waitForMessages(300, milliseconds: 60_000)
        scenario.process.signal(SIGTERM)
        #expect(scenario.process.wait(seconds: 60) == .exited(0), "\(scenario.log)")
        try scenario.restart()
        try scenario.waitUntilFinished(seconds: 120)
        let arrived = sink.envelopes.flatMap(\.recipients)
        #expect(Set(arrived).count == 1000)
        #expect(arrived.count == 1000)
        #expect(scenario.counts == ["sent": 1000])
    }

    @Test(
        "SIGTERM while a relay owes its 250: after stop-wait it is in doubt, the others are not",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(3)))
    func stopWait() throws {
        var options = Sink.Options()
        options.rules = try SinkRules("dot person7@* delay 600000")
        let sink = try Sink(options)
        defer { sink.stop() }
        let scenario = try Scenario("stop", relayPort: Int(sink.port), sessions: 2) {
            $0.stopWait = "500ms"
        }
        try scenario.mail(200)
        let isTaken = eventually(within: 60) {
            sink.envelopes.contains { $0.recipients == ["person7@example.org"] }
        }
        try #require(isTaken, "\(scenario.log)")
        scenario.process.signal(SIGTERM)
        #expect(scenario.process.wait(seconds: 60) == .exited(0), "\(scenario.log)")
        try scenario.restart()
        try scenario.waitUntilFinished(seconds: 60)
        #expect(scenario.counts == ["sent": 199, "in doubt": 1])
        let arrived = sink.envelopes.flatMap(\.recipients)
        #expect(arrived.count == 200 && Set(arrived).count == 200)
    }

    @Test(
        "stopped for seconds by SIGSTOP it goes on where it was, nothing in doubt",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(5)))
    func pause() throws {
        let sink = try Sink(Sink.Options())
        defer { sink.stop() }
        let scenario = try Scenario("pause", relayPort: Int(sink.port))
        try scenario.mail(1000)
        _ = sink.waitForMessages(200, milliseconds: 60_000)
        scenario.process.signal(SIGSTOP)
        sleep(UInt32(Torture.pause))
        scenario.process.signal(SIGCONT)
        try scenario.waitUntilFinished(seconds: 120)
        #expect(scenario.counts == ["sent": 1000])
        let arrived = sink.envelopes.flatMap(\.recipients)
        #expect(arrived.count == 1000 && Set(arrived).count == 1000)
    }

    @Test(
        "A second daemon on the same state directory exits 1 and leaves the first alone",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(2)))
    func second() throws {
        let scenario = try Scenario("second", relayPort: 1)
        let other = try scenario.home.start(Scenario.daemon!)
        #expect(other.wait(seconds: 30) == .exited(1))
        #expect(scenario.control.isUp)
        #expect(scenario.log.contains("another maild uses"))
    }

    @Test(
        "A reload with a bad file changes nothing and says where it is wrong",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(2)))
    func badReload() throws {
        let scenario = try Scenario("reload", relayPort: 1)
        var settings = DaemonHome.Settings(relayPort: 1)
        settings.coolOff = "soon"
        try scenario.home.configure(settings)
        scenario.process.signal(SIGHUP)
        let told = eventually(within: 20) {
            scenario.log.contains("maild.conf:7:12: refuse")
                && scenario.log.contains("not taken on")
        }
        #expect(told, "\(scenario.log)")
        #expect(scenario.control.isUp)
    }
}
