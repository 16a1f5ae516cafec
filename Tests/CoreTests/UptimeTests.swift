import Core
import Testing

@Suite struct UptimeTests {
    @Test("a difference is rounded up to the millisecond")
    func roundsUp() {
        let a = Uptime(nanoseconds: 5_000_001)
        #expect(a - .zero == .milliseconds(6))
        #expect(Uptime(nanoseconds: 5_000_000) - .zero == .milliseconds(5))
        #expect(.zero - Uptime(nanoseconds: 5_500_000) == .milliseconds(-5))
    }

    @Test("sums saturate instead of overflowing")
    func saturates() {
        #expect(Uptime(nanoseconds: .max) + .seconds(1) == Uptime(nanoseconds: .max))
        #expect(Uptime.zero + .milliseconds(.max) == Uptime(nanoseconds: .max))
        #expect(Uptime.zero + .milliseconds(.min) == Uptime(nanoseconds: .min))
        #expect(Uptime.zero + .seconds(2) == Uptime(nanoseconds: 2_000_000_000))
    }
}
