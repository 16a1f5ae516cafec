import Core
import Pacing
import Testing

@Suite struct BackOffTests {
    @Test(
        "waits grow from five minutes to four hours",
        arguments: [
            (1, UInt64(0), TimeSpan.minutes(5)), (2, 0, .minutes(10)), (3, 0, .minutes(20)),
            (6, 0, .hours(2)), (50, 0, .hours(2)), (0, 0, .minutes(5)),
        ])
    func grows(_ attempt: Int, _ random: UInt64, _ shortest: TimeSpan) {
        #expect(BackOff().delay(attempt: attempt, random: random) == shortest)
    }

    @Test("every wait lies between base and cap, and waits of one attempt differ")
    func jitter() {
        let backOff = BackOff()
        var generator = SystemRandomNumberGenerator()
        for attempt in 1...60 {
            let waits = (0..<50).map { _ in
                backOff.delay(attempt: attempt, random: generator.next())
            }
            #expect(waits.allSatisfy { backOff.base <= $0 && $0 <= backOff.cap })
            #expect(Set(waits).count > 25)
        }
    }

    @Test("senseless limits are mended, and none of them traps")
    func limits() {
        #expect(BackOff(base: .zero, cap: .zero).delay(attempt: 9, random: 3) == .milliseconds(1))
        let wide = BackOff(base: .milliseconds(.max), cap: .milliseconds(.max))
        #expect(wide.delay(attempt: 9, random: .max) == .milliseconds(.max))
    }
}
