import Bench
import Glibc
import Testing
import Threads

/// The rate by the clock on the wall. Only where it is asked for: a machine that is busy with
/// something else would make it fail.
@Suite struct RateRunTests {
    private static let notAsked: Comment = "MAILD_RATE_SECONDS is not set"
    private static let rate = 100
    /// What a bucket of that rate holds at most.
    private static let burst = 10

    @Test(
        "100/s by the clock, a restart in the middle: never above rate and burst, 97 % used",
        .enabled(if: Torture.rateSeconds > 0, notAsked),
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(15)))
    func run() throws {
        let sink = try Sink(Sink.Options())
        defer { sink.stop() }
        let total = Torture.rateSeconds * Self.rate
        let scenario = try Scenario("rate", relayPort: Int(sink.port)) {
            $0.relay = "tls = off\nrate = \(Self.rate)/s"
        }
        try scenario.mail(total)
        var arrivals: [Int64] = []
        var hasRestarted = false
        let finished = try eventually(within: Int64(Torture.rateSeconds) * 2 + 60) {
            let taken = sink.statistics.messages
            let now = MonotonicTime.now().nanoseconds / 1_000_000
            arrivals += [Int64](repeating: now, count: taken - arrivals.count)
            if !hasRestarted, taken >= total / 2 {
                hasRestarted = true
                scenario.process.signal(SIGTERM)
                #expect(scenario.process.wait(seconds: 60) == .exited(0), "\(scenario.log)")
                try scenario.start()
            }
            return taken >= total
        }
        try #require(finished, "\(arrivals.count) of \(total), \(scenario.log)")

        var (first, most) = (0, 0)
        for (last, time) in arrivals.enumerated() {
            while arrivals[first] <= time - 1000 { first += 1 }
            most = max(most, last - first + 1)
        }
        // Arrivals are looked at every 20 ms, which moves two into a second at most.
        #expect(most <= Self.rate + Self.burst + 2)
        let seconds = Double(arrivals[total - 1] - arrivals[0]) / 1000
        #expect(Double(total) / seconds >= 0.97 * Double(Self.rate), "\(seconds) s")
        #expect(sink.envelopes.count == total)
        #expect(Set(sink.envelopes.flatMap(\.recipients)).count == total)
    }
}
