import Core
import Pacing
import Testing

@Suite struct RateTests {
    @Test(
        "a rate is a whole number, a slash and a unit",
        arguments: [
            ("100/s", 100, TimeSpan.seconds(1)), ("6000/min", 6000, .minutes(1)),
            ("20000/h", 20000, .hours(1)), ("500/day", 500, .days(1)),
        ])
    func reads(_ text: String, _ count: Int64, _ per: TimeSpan) throws {
        let rate = try #require(Rate(text))
        #expect(rate.count == count)
        #expect(rate.per == per)
        #expect(rate.description == text)
    }

    @Test(
        "anything else is no rate",
        arguments: [
            "", "/", "100", "100/", "/s", "0/s", "-1/s", "+1/s", "1.5/s", "100 /s", "100/ s",
            "100/S", "100/sec", "1/s/s", "99999999999999999999/s", "1000000001/s", "١/s",
        ])
    func refuses(_ text: String) {
        #expect(Rate(text) == nil)
    }

    @Test("the interval is rounded up, so that the rate is never exceeded")
    func interval() throws {
        #expect(try #require(Rate("3/s")).intervalNanoseconds == 333_333_334)
        #expect(try #require(Rate("20000/h")).intervalNanoseconds == 180_000_000)
    }
}
