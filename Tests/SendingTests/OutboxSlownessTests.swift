import Core
import Curl
import Pacing
import SMTP
import Testing
import Threads

@testable import Sending
@testable import Store

/// What the outbox does with mail of a destination that keeps sessions waiting.
@Suite struct OutboxSlownessTests {
    private let clock = Monitor(Uptime.zero)

    private func outbox(_ change: (inout SendingOptions) -> Void = { _ in }) -> Outbox {
        var options = SendingOptions(
            relays: [
                .init(
                    name: "sink", relay: Relay(host: "127.0.0.1", port: 25, tls: .off), sessions: 8)
            ], flightLogPath: "")
        change(&options)
        return Outbox(
            options, Surroundings(clock: { .epoch }, uptime: { [clock] in clock.withLock { $0 } }))
    }

    private func pass(_ span: TimeSpan) { clock.withLock { $0 = $0 + span } }

    private let accepted = Outcome.accepted(SMTPReply(code: 250, status: nil, text: ""))

    @Test("what would wait for long goes back, so that it takes no places, and no more is composed")
    func givesBack() throws {
        let outbox = outbox()
        try outbox.put((1...20).map { try .test($0, to: "s.example") })
        let first = try #require(outbox.take(0))
        #expect(outbox.stalls.isEmpty)
        pass(.seconds(2))
        outbox.keepsWaiting("s.example", since: .zero)
        // Two seconds a message: with five seconds of patience one more waits here.
        var back: [Outbox.Returned] = []
        while let one = outbox.takeBack() { back.append(one) }
        #expect(outbox.count == 2 && back.count == 17)
        #expect(back.allSatisfy { $0.reason == "waits for s.example" })
        #expect(back.first?.wait == .seconds(6) && back.last?.wait == .seconds(6))
        #expect(Set(outbox.stalls.keys) == ["s.example"])
        #expect(outbox.limits(of: 1).map(\.answersSlowly) == [true])
        #expect(outbox.destinations.first?.reason?.contains("one message at a time") == true)

        // Mail of others is as welcome as before.
        outbox.put([try .test(21, to: "well.example")])
        #expect(outbox.take(0, where: { !$0.isSlow })?.delivery.id == 21)
        #expect(outbox.take(0, where: { !$0.isSlow }) == nil)

        // An answer after 20 seconds, a pause, and then one in time: all is well.
        pass(.seconds(18))
        outbox.heard(
            first, accepted, slow: SlowMessage(wait: .seconds(20), pause: .seconds(30)))
        #expect(!outbox.hasWork(for: 0))
        #expect(outbox.wakeTime(0, .zero + .seconds(20)) == .zero + .seconds(50))
        pass(.seconds(30))
        let second = try #require(outbox.take(0))
        #expect(second.destination == "s.example")
        outbox.heard(second, accepted)
        #expect(outbox.stalls.isEmpty && outbox.limits(of: 1).isEmpty)
        #expect(outbox.take(0) != nil)
    }

    @Test("mail that may go is not woken for at the time of a destination that waits longer")
    func wakes() throws {
        let outbox = outbox { $0.rate = Rate("10/s") }
        outbox.order(.slow(try #require(Rate("1/min"))), "s.example")
        pass(.seconds(1))
        let now = Uptime.zero + .seconds(1)
        try outbox.put(
            (1...2).map { try .test($0, to: "s.example", now) }
                + [.test(3, to: "well.example", now)])
        #expect(outbox.take(0) != nil)
        // The next token comes in a tenth of a second, that of the slow destination in a minute.
        #expect(outbox.wakeTime(0, now) <= now + .milliseconds(100))
    }

    @Test("a message that a session gives back unbegun costs no token and may be taken again")
    func putsBack() throws {
        let outbox = outbox {
            $0.rate = Rate("10/s")
            $0.relays[0].rate = Rate("10/s")
            $0.destinationConcurrency = ["a.example": 1]
        }
        outbox.limit(["a.example": 1])
        pass(.seconds(1))
        outbox.put([try .test(1, to: "a.example", .zero + .seconds(1))])
        let mail = try #require(outbox.take(0))
        #expect(outbox.take(0) == nil && outbox.count == 0)
        outbox.putBack([mail], from: 0)
        #expect(outbox.count == 1)
        #expect(outbox.take(0)?.delivery.id == 1)
    }
}
