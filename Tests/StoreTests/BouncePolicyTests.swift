import Core
import Testing

@testable import Store

@Suite struct BouncePolicyTests {
    static let now = Instant(milliseconds: 1_795_212_131_000)

    private func bounce(
        _ weight: BounceHistory.Weight, daysAgo: Double, delivery: Int64 = 1
    ) -> BounceHistory.Bounce {
        let ago = TimeSpan(milliseconds: Int64(daysAgo * 86_400_000))
        return BounceHistory.Bounce(
            at: Self.now - ago, weight: weight, reason: "", delivery: delivery)
    }

    private func standing(
        _ bounces: [BounceHistory.Bounce], lastSignDaysAgo: Int? = nil
    ) -> BouncePolicy.Standing {
        let sign = lastSignDaysAgo.map {
            BounceHistory.Sign(at: Self.now - .days(Int64($0)), kind: "open")
        }
        return BouncePolicy().standing(
            BounceHistory(bounces: bounces, lastSign: sign), at: Self.now)
    }

    @Test("a hard bounce ends all mail, whatever the person did before or since")
    func hard() {
        #expect(standing([bounce(.hard, daysAgo: 0)]) == .dead(.hard))
        #expect(standing([bounce(.hard, daysAgo: 400)], lastSignDaysAgo: 1) == .dead(.hard))
    }

    @Test("soft bounces end mail on three days over a week, not before")
    func soft() {
        let two = [bounce(.soft, daysAgo: 8), bounce(.soft, daysAgo: 0)]
        #expect(standing(two) == .counting(days: 2, span: .days(8)))
        #expect(standing(two + [bounce(.soft, daysAgo: 4)]) == .dead(.soft))
        // Three days, but close together; many on one day.
        let close = [0, 1, 2, 3].map { bounce(.soft, daysAgo: $0) }
        #expect(standing(close) == .counting(days: 4, span: .days(3)))
        let sameDay = (0..<9).map { bounce(.soft, daysAgo: Double($0) / 100) }
        #expect(standing(sameDay) == .counting(days: 1, span: .milliseconds(6_912_000)))
    }

    @Test("a sign of life clears the soft bounces before it, and old ones fade")
    func cleared() {
        let bounces = [
            bounce(.soft, daysAgo: 20), bounce(.soft, daysAgo: 10), bounce(.soft, daysAgo: 1),
        ]
        #expect(standing(bounces) == .dead(.soft))
        #expect(standing(bounces, lastSignDaysAgo: 5) == .counting(days: 1, span: .days(0)))
        #expect(standing(bounces, lastSignDaysAgo: 0) == .good)
        let old = [
            bounce(.soft, daysAgo: 99), bounce(.soft, daysAgo: 95), bounce(.soft, daysAgo: 1),
        ]
        #expect(standing(old) == .counting(days: 1, span: .days(0)))
    }

    @Test("a dead address by a code that is not final waits for a second report on other mail")
    func parked() {
        #expect(standing([bounce(.parked, daysAgo: 3)]) == .parked)
        let same = [bounce(.parked, daysAgo: 3), bounce(.parked, daysAgo: 2)]
        #expect(standing(same) == .parked)
        let other = [bounce(.parked, daysAgo: 3), bounce(.parked, daysAgo: 2, delivery: 2)]
        #expect(standing(other) == .dead(.confirmed))
        #expect(standing(other, lastSignDaysAgo: 1) == .good)
    }

    @Test("guesses and refusals of other reasons never count, however many")
    func unsure() {
        for weight in [BounceHistory.Weight.unsure, .none] {
            let bounces = (0..<100).map { bounce(weight, daysAgo: Double($0), delivery: Int64($0)) }
            #expect(standing(bounces) == .good)
        }
    }

    @Test(
        "rates count from 500 delivered and 10 events",
        arguments: [
            (10, 499, BouncePolicy.RateVerdict.fine), (9, 1_000, .fine), (10, 1_000, .pause),
            (30, 10_000, .warn), (31, 10_000, .pause), (10, 10_000, .fine), (11, 10_000, .warn),
            (0, 0, .fine),
        ])
    func rates(_ events: Int, _ delivered: Int, _ verdict: BouncePolicy.RateVerdict) {
        let policy = BouncePolicy()
        #expect(policy.judge(events, of: delivered, policy.complaints) == verdict)
    }
}
