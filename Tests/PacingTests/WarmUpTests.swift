import Core
import Pacing
import Testing

@Suite struct WarmUpTests {
    @Test("the curve doubles each day up to its end, then there is no limit")
    func curve() throws {
        let curve = try #require(WarmUp("500/day doubling to 3000"))
        #expect((0..<6).map { curve.limit(onDay: $0) } == [500, 1000, 2000, 3000, nil, nil])
        #expect(curve.limit(onDay: 1000) == nil)
        #expect(curve.description == "500/day doubling to 3000")
    }

    @Test(
        "anything else is no curve",
        arguments: [
            "", "500", "500/day", "500/h doubling to 1000", "500/day doubling to 400",
            "500/day doubling to x", "0/day doubling to 5", "500/day tripling to 900",
        ])
    func refused(_ text: String) {
        #expect(WarmUp(text) == nil)
    }
}

@Suite struct WarmUpMeterTests {
    private static let curve = WarmUp("4/day doubling to 20")!
    private static let clock = Instant(milliseconds: 1_800_000_000_000)

    private func at(_ hours: Int64) -> Uptime { Uptime.zero + .hours(hours) }

    /// Takes what there is; how many that were, at most 100.
    private func drain(_ meter: inout WarmUpMeter, at now: Uptime) -> Int {
        var count = 0
        while meter.left(at: now) != 0, count < 100 {
            meter.take(at: now)
            count += 1
        }
        return count
    }

    @Test("a day lasts 24 hours from its first message, and used days double the limit")
    func days() {
        var meter = WarmUpMeter(Self.curve)
        #expect(drain(&meter, at: at(5)) == 4)
        #expect(meter.freeAt(at(6)) == at(29))
        #expect(meter.left(at: at(28)) == 0)
        #expect(drain(&meter, at: at(29)) == 8)
        #expect(drain(&meter, at: at(53)) == 16)
        #expect(drain(&meter, at: at(77)) == 20)
        #expect(meter.limit(at: at(101)) == nil)
        #expect(drain(&meter, at: at(101)) == 100)
        #expect(meter.freeAt(at(101)) == nil)
    }

    @Test("a day of which less than half was used does not count; days without mail neither")
    func unused() {
        var meter = WarmUpMeter(Self.curve)
        meter.take(at: at(0))
        #expect(meter.limit(at: at(24)) == 4)
        meter.take(at: at(300))
        meter.take(at: at(300))
        #expect(meter.limit(at: at(324)) == 8)
        #expect(meter.limit(at: at(10_000)) == 8)
    }

    @Test("a message that did not go is given back")
    func givenBack() {
        var meter = WarmUpMeter(Self.curve)
        #expect(drain(&meter, at: at(0)) == 4)
        meter.giveBack()
        #expect(meter.left(at: at(1)) == 1)
        meter.add(5)
        #expect(meter.left(at: at(1)) == 0)
    }

    @Test("it goes on where it was after a restart, whatever the monotonic clock then says")
    func restart() {
        var meter = WarmUpMeter(Self.curve)
        #expect(drain(&meter, at: at(0)) == 4)
        #expect(drain(&meter, at: at(24)) == 8)
        let text = meter.text(at: at(26), Self.clock)
        // Two hours of the day had passed; the machine was off for an hour.
        let later = Self.clock + .hours(1)
        var again = WarmUpMeter(Self.curve, text, at: at(1000), later)
        #expect(again.left(at: at(1000)) == 0)
        #expect(again.freeAt(at(1000)) == at(1021))
        #expect(drain(&again, at: at(1021)) == 16)
    }

    @Test("a wall clock that was set back in between holds the day for 24 hours at most")
    func setBack() {
        var meter = WarmUpMeter(Self.curve)
        #expect(drain(&meter, at: at(0)) == 4)
        let text = meter.text(at: at(1), Self.clock)
        let again = WarmUpMeter(Self.curve, text, at: at(0), Self.clock - .days(3))
        #expect(again.freeAt(at(0)) == at(24))
    }

    @Test("a wall clock that jumps while it runs changes nothing; what is no record begins anew")
    func jumps() {
        var meter = WarmUpMeter(Self.curve)
        #expect(drain(&meter, at: at(0)) == 4)
        // The clock was set forward by a day: the text follows it, the meter does not.
        #expect(
            meter.text(at: at(1), Self.clock + .days(1))
                == "0 4 \((Self.clock + .hours(23)).milliseconds)")
        for text in ["", "x", "1 2", "-1 0 -", "0 -5 -", "1 2 x y"] {
            #expect(WarmUpMeter(Self.curve, text, at: at(0), Self.clock).left(at: at(0)) == 4)
        }
    }
}
