import Bench
import Core
import Curl
import Glibc
import Pacing
import Sending
import Store
import Testing
import Threads

/// Clocks that are set, and hours that pass.
@Suite struct TimeFaultTests {
    @Test(
        "a wall clock set by a day in mid-run holds up nobody and repeats nobody",
        arguments: [TimeSpan.days(-1), .days(1)])
    func jumps(by span: TimeSpan) throws {
        // Half of them are deferred when the clock jumps.
        let shop = try Workshop(rules: "rcpt *@slow.example once reply 451 4.3.0 later")
        defer { shop.close() }
        try shop.addProfiles(addresses(150) + (1...50).map { "s\($0)@slow.example" })
        try shop.release("autumn")
        let clocks = Clocks()
        let station = try shop.station(clocks) {
            $0.rate = Rate("400/s")
            $0.retry.backOff = BackOff(base: .milliseconds(400), cap: .milliseconds(800))
        }
        #expect(shop.waitForEnvelopes(150))
        clocks.set(by: span)
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 200])
        #expect(shop.received.count == 200 && shop.received.values.allSatisfy { $0 == 1 })
    }

    @Test("what was planned under a clock that has been set back since goes at the next start")
    func plannedInTheFuture() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(40))
        try shop.release("autumn")
        let tomorrow = Workshop.clock() + .days(1)
        try shop.store.write(.control) { access in
            _ = try access.plan(mailing: 1, audience: nil, span: 1000, at: tomorrow)
        }
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 40])
        #expect(shop.received.values.allSatisfy { $0 == 1 })
    }

    @Test("all relays down for two hours: few attempts, then oldest first, without a herd")
    func relaysDown() throws {
        let people = 800
        let shop = try Workshop(rules: "connect * reply 421 4.3.2 down")
        defer { shop.close() }
        try shop.addProfiles(addresses(people))
        try shop.release("autumn")
        let clocks = Clocks()
        let sessions = 8
        let station = try shop.station(clocks) {
            $0.relays[0].sessions = sessions
            $0.relayRest = BackOff(base: .seconds(1), cap: .minutes(5))
            $0.retry = RetryPolicy()
        }
        #expect(shop.waitForLog("no session: "))
        for _ in 0..<120 {
            clocks.pass(.minutes(1))
            station.nudge()
            // Real time for whoever wants to try; how much does not matter.
            usleep(15_000)
        }
        let attempts = shop.sink.statistics.connections
        #expect(attempts > 5)
        #expect(attempts <= 60, "a herd of \(attempts) connections")
        #expect(
            try shop.counts("autumn").filter { $0.value > 0 && $0.key != .sending }.keys
                .allSatisfy { $0 == .queued || $0 == .deferred })

        shop.sink.change(.none)
        let end = MonotonicTime.after(milliseconds: 30_000)
        while shop.logged("mailing autumn is finished").isEmpty, .now() < end {
            clocks.pass(.seconds(10))
            station.nudge()
            usleep(15_000)
        }
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: people])
        let order = shop.sink.envelopes.compactMap { envelope in
            envelope.recipients.first.flatMap { Int($0.dropFirst().prefix { $0 != "@" }) }
        }
        #expect(order.count == people && Set(order).count == people)
        // As far apart as messages are that are composed ahead together.
        let furthest = zip(order, 1...).map { abs($0 - $1) }.max() ?? 0
        #expect(furthest <= 256, "somebody came \(furthest) places out of turn")
        #expect(shop.sink.statistics.mostOpen <= sessions)
        let deliveries = try shop.store.reader().deliveries(mailing: 1, state: nil, limit: 1000)
        #expect(deliveries.allSatisfy { $0.attempts == 1 })
    }
}
