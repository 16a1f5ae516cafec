import Bench
import Glibc
import Testing

/// The daemon dies without warning, again and again, while it sends.
@Suite(.serialized) struct CrashTests {
    /// 10,000 by `MAILD_RECIPIENTS`; fewer by default, so that the suite stays quick.
    static let recipients = getenv("MAILD_RECIPIENTS").flatMap { Int(String(cString: $0)) } ?? 2000

    @Test(
        "kill -9 at ten instants loses nobody, repeats nobody, and lists what is in doubt",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(10)))
    func kills() throws {
        let sink = try Sink(Sink.Options())
        defer { sink.stop() }
        let scenario = try Scenario("kills", relayPort: Int(sink.port))
        try scenario.mail(Self.recipients)
        for round in 1...10 {
            let goal = Self.recipients * round / 11 + (round * 7919) % 97
            _ = sink.waitForMessages(goal, milliseconds: 60_000)
            scenario.kill()
            try scenario.restart()
        }
        try scenario.waitUntilFinished(seconds: 300)

        let arrived = sink.envelopes.flatMap(\.recipients)
        let counts = scenario.counts
        let sent = counts["sent", default: 0]
        let doubt = counts["in doubt", default: 0]
        #expect(Set(arrived).count == arrived.count, "somebody got it twice")
        #expect(sent + doubt == Self.recipients, "\(counts)")
        #expect(sent <= arrived.count && arrived.count <= sent + doubt, "\(counts)")
        // Ten kills, and at most one message a session between its dot and the reply.
        #expect(doubt <= 10 * 4 * 2, "\(counts)")
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
