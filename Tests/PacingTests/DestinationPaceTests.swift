import Core
import Pacing
import Testing

@Suite struct DestinationPaceTests {
    private static func at(_ seconds: Double) -> Uptime {
        Uptime(nanoseconds: Int64(seconds * 1e9) + 1_000_000_000_000)
    }

    /// Sends as fast as it may, at most `rate` a second; how many went.
    private func run(
        _ pace: inout DestinationPace, from start: Double, seconds: Double, rate: Double
    ) -> Int {
        var sent = 0
        for step in 0..<Int(seconds * rate) {
            let now = Self.at(start + Double(step) / rate)
            guard pace.isFree(at: now) else { continue }
            pace.take(at: now)
            pace.accepted()
            sent += 1
        }
        return sent
    }

    @Test("a destination that never complains is free")
    func free() {
        var pace = DestinationPace()
        #expect(run(&pace, from: 0, seconds: 10, rate: 100) == 1000)
        #expect(pace.rate == nil)
    }

    @Test("a complaint halves the rate at once, and one more ten seconds later halves it again")
    func halves() {
        var pace = DestinationPace()
        _ = run(&pace, from: 0, seconds: 20, rate: 100)
        pace.complained("421 too many", at: Self.at(20))
        let half = run(&pace, from: 20, seconds: 10, rate: 100)
        #expect((450...560).contains(half))
        pace.complained("421 too many", at: Self.at(31))
        let quarter = run(&pace, from: 31, seconds: 10, rate: 100)
        #expect((220...290).contains(quarter))
        #expect(pace.reason == "421 too many")
    }

    @Test("many complaints at once count as one")
    func burst() {
        var pace = DestinationPace()
        _ = run(&pace, from: 0, seconds: 20, rate: 100)
        for index in 0..<50 { pace.complained("421", at: Self.at(20 + Double(index) / 10)) }
        #expect((48...52).contains(pace.rate?.perSecond ?? 0))
    }

    @Test("without complaints it climbs a quarter a minute and is free again in the end")
    func climbs() {
        var pace = DestinationPace()
        _ = run(&pace, from: 0, seconds: 20, rate: 10)
        pace.complained("421", at: Self.at(20))
        #expect((4.8...5.2).contains(pace.rate?.perSecond ?? 0))
        _ = run(&pace, from: 20, seconds: 70, rate: 10)
        #expect((6...6.5).contains(pace.rate?.perSecond ?? 0))
        _ = run(&pace, from: 90, seconds: 900, rate: 10)
        #expect(pace.rate == nil)
        #expect(pace.reason == nil)
    }

    @Test("it never gets slower than one a minute, however much it complains")
    func floor() {
        var pace = DestinationPace()
        for index in 0..<100 { pace.complained("421", at: Self.at(Double(index) * 11)) }
        #expect(pace.rate == Rate(count: 1, per: .minutes(1)))
        #expect((2...8).contains(run(&pace, from: 1100, seconds: 180, rate: 10)))
    }

    @Test("an ordered rate holds, whatever was learnt, until it is taken back")
    func ordered() throws {
        var pace = DestinationPace()
        pace.slow(to: try #require(Rate("60/min")), at: Self.at(0))
        #expect((9...11).contains(run(&pace, from: 0, seconds: 10, rate: 100)))
        pace.rest(at: Self.at(0))
        #expect(run(&pace, from: 10, seconds: 10, rate: 100) == 0)
        #expect(pace.freeAt(Self.at(20)) == Uptime(nanoseconds: .max))
        pace.resume()
        #expect(run(&pace, from: 20, seconds: 10, rate: 100) == 1000)
    }

    @Test(
        "it rests when refusals by policy are many: at least 20, and 5 % of the last 500",
        arguments: [(19, 0, false), (20, 0, true), (20, 380, true), (20, 381, false)])
    func policy(_ refused: Int, _ accepted: Int, _ rests: Bool) {
        var pace = DestinationPace()
        for _ in 0..<accepted { pace.accepted() }
        var isResting = false
        for _ in 0..<refused {
            isResting = pace.refusedByPolicy("550 5.7.1", at: Self.at(0)) || isResting
        }
        #expect(isResting == rests)
        #expect(pace.isResting(at: Self.at(1)) == rests)
        #expect(!pace.isResting(at: Self.at(3600)))
    }

    @Test("what waits behind others is told when its turn will be")
    func turns() throws {
        var pace = DestinationPace()
        #expect(pace.expectedTime(behind: 100, at: Self.at(0)) == Self.at(0))
        pace.slow(to: try #require(Rate("10/s")), at: Self.at(0))
        #expect(pace.expectedTime(behind: 100, at: Self.at(0)) == Self.at(10))
    }

    @Test("a destination that warms up takes the day's number, then waits for the next day")
    func warmUp() throws {
        var pace = DestinationPace(
            warmUp: WarmUpMeter(try #require(WarmUp("50/day doubling to 1000"))))
        #expect(pace.isLimited(at: Self.at(0)))
        #expect(run(&pace, from: 0, seconds: 10, rate: 100) == 50)
        #expect(pace.freeAt(Self.at(10)) == Self.at(86_400))
        #expect(pace.expectedTime(behind: 0, at: Self.at(10)) == Self.at(86_400))
        #expect(run(&pace, from: 86_400, seconds: 10, rate: 100) == 100)
        pace.giveBack()
        #expect(pace.isFree(at: Self.at(86_420)))
        #expect(pace.expectedTime(behind: 5, at: Self.at(86_420)) == Self.at(2 * 86_400))
    }

    @Test("it is known since when a destination is slow, and that is forgotten when it is well")
    func since() {
        var pace = DestinationPace()
        pace.complained("421 a", at: Self.at(5))
        pace.complained("421 b", at: Self.at(50))
        #expect(pace.since == Self.at(5))
        #expect(pace.reason == "421 b")
        pace.resume()
        #expect(pace.since == nil)
        pace.rest(at: Self.at(100))
        #expect(pace.since == Self.at(100))
        #expect(!pace.restsByItself(at: Self.at(101)))
    }

    @Test(
        "what it was taught outlives the process: the rate climbs from there, a rest ends in time")
    func memory() throws {
        let clock = Instant(milliseconds: 1_800_000_000_000)
        var pace = DestinationPace()
        _ = run(&pace, from: 0, seconds: 20, rate: 100)
        #expect(pace.memory(at: Self.at(20), clock) == nil)
        pace.complained("421 too many", at: Self.at(20))
        for _ in 0..<30 { _ = pace.refusedByPolicy("550 5.7.1", at: Self.at(20)) }
        let memory = try #require(pace.memory(at: Self.at(20), clock))

        // Ten minutes later, on a monotonic clock that has begun anew.
        var next = DestinationPace()
        next.recall(memory, at: Self.at(5), clock + .minutes(10))
        #expect(next.rate == pace.rate)
        #expect(next.reason == "550 5.7.1")
        #expect(next.isResting(at: Self.at(5 + 1199)))
        #expect(!next.isResting(at: Self.at(5 + 1201)))
        let before = try #require(next.rate)
        #expect((450...700).contains(run(&next, from: 1206, seconds: 10, rate: 200)))
        #expect(try #require(next.rate).perSecond > before.perSecond)

        // A wall clock that was set back makes no rest longer than one.
        var odd = DestinationPace()
        odd.recall(memory, at: Self.at(5), clock - .days(1))
        #expect(odd.isResting(at: Self.at(5 + 1799)))
        #expect(!odd.isResting(at: Self.at(5 + 1801)))

        // A rest that is over teaches nothing any more.
        var rested = memory
        rested.learnt = nil
        var free = DestinationPace()
        free.recall(rested, at: Self.at(5), clock + .hours(1))
        #expect(!free.isLimited(at: Self.at(5)) && free.reason == nil)
    }
}
