import Core
import Testing

@testable import Pacing

@Suite struct SlowRepliesTests {
    private static func at(_ seconds: Int64) -> Uptime { .zero + .seconds(1000 + seconds) }

    private func pace(_ change: (inout DestinationPace) -> Void) -> DestinationPace {
        var pace = DestinationPace()
        change(&pace)
        return pace
    }

    @Test("a destination is slow from an overdue reply on, and free again after one in time")
    func begins() {
        var pace = DestinationPace()
        #expect(!pace.answersSlowly(at: Self.at(0)) && !pace.isLimited(at: Self.at(0)))
        pace.keepsWaiting(since: Self.at(-1), at: Self.at(0))
        #expect(pace.answersSlowly(at: Self.at(0)) && pace.isLimited(at: Self.at(0)))
        #expect(pace.answersSlowlySince(at: Self.at(5)) == Self.at(-1))
        // Others of its messages are answered, this one is not: it stays slow however long it takes.
        pace.answeredInTime()
        #expect(pace.answersSlowly(at: Self.at(3600)))
        pace.keptWaiting(.seconds(20), pause: .zero, at: Self.at(19))
        #expect(pace.answersSlowly(at: Self.at(20)))
        pace.answeredInTime()
        #expect(!pace.answersSlowly(at: Self.at(20)) && !pace.isLimited(at: Self.at(20)))
    }

    @Test("it is forgotten a minute after the pause that follows a slow message")
    func forgets() {
        let pace = pace {
            $0.keepsWaiting(since: Self.at(0), at: Self.at(1))
            $0.keptWaiting(.seconds(20), pause: .seconds(30), at: Self.at(20))
        }
        #expect(!pace.isFree(at: Self.at(49)))
        #expect(pace.freeAt(Self.at(20)) == Self.at(50))
        #expect(pace.isFree(at: Self.at(50)) && pace.answersSlowly(at: Self.at(50)))
        #expect(pace.answersSlowly(at: Self.at(109)))
        #expect(!pace.answersSlowly(at: Self.at(110)))
    }

    @Test("what waits behind others is expected after as many replies, as slow as the last")
    func expects() {
        var pace = DestinationPace()
        pace.keepsWaiting(since: Self.at(0), at: Self.at(1))
        // While nothing was answered the wait so far is the measure.
        #expect(pace.expectedTime(behind: 0, at: Self.at(2)) == Self.at(4))
        #expect(pace.expectedTime(behind: 2, at: Self.at(10)) == Self.at(40))
        pace.keptWaiting(.seconds(20), pause: .seconds(10), at: Self.at(20))
        #expect(pace.expectedTime(behind: 0, at: Self.at(20)) == Self.at(30))
        #expect(pace.expectedTime(behind: 3, at: Self.at(20)) == Self.at(120))
        // Not farther than ten replies: it may be well by then.
        #expect(pace.expectedTime(behind: 100_000, at: Self.at(20)) == Self.at(330))
    }

    @Test("several overdue replies end one by one, and an operator's resume ends all")
    func several() {
        var pace = DestinationPace()
        for _ in 0..<3 { pace.keepsWaiting(since: Self.at(0), at: Self.at(1)) }
        for _ in 0..<2 { pace.keptWaiting(.seconds(5), pause: .zero, at: Self.at(5)) }
        pace.answeredInTime()
        #expect(pace.answersSlowly(at: Self.at(300)))
        pace.resume()
        #expect(!pace.answersSlowly(at: Self.at(5)))
    }
}
