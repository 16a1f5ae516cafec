import Core
import Pacing
import Sending
import Testing

@Suite struct RelayHealthTests {
    private let rest = BackOff(base: .seconds(1), cap: .seconds(60))

    @Test("each failure after a rest makes the next rest longer, up to the cap")
    func grows() {
        var health = RelayHealth(rest: rest)
        var now = Uptime.zero
        var spans: [TimeSpan] = []
        for _ in 0..<10 {
            health.failed("down", .passing, at: now, random: 0)
            #expect(health.isResting(at: now))
            spans.append(health.restsUntil - now)
            now = health.restsUntil
            #expect(!health.isResting(at: now))
        }
        #expect(spans.prefix(3) == [.seconds(1), .seconds(2), .seconds(4)])
        #expect(spans.last == .seconds(30))
    }

    @Test("failures of sessions that were open together count once")
    func together() {
        var health = RelayHealth(rest: rest)
        for _ in 0..<10 { health.failed("down", .passing, at: .zero, random: 0) }
        #expect(health.restsUntil == .zero + .seconds(1))
    }

    @Test("a lasting failure rests long at once; a success ends everything")
    func lastingAndWell() {
        var health = RelayHealth(rest: rest)
        health.failed("login", .lasting, at: .zero, random: 0)
        #expect(health.restsUntil == .zero + .seconds(30))
        #expect(health.reason == "login")
        health.succeeded()
        #expect(!health.isResting(at: .zero))
        #expect(health.reason == nil)
    }

    @Test("a refused login rests half an hour, and each try more as long")
    func login() {
        var health = RelayHealth(rest: rest)
        health.failed("535 5.7.8", .login, at: .zero, random: 0)
        #expect(health.restsUntil == .zero + .minutes(30))
        #expect(health.isDoubtful)
        health.failed("535 5.7.8", .login, at: .zero + .minutes(30), random: 0)
        #expect(health.restsUntil == .zero + .minutes(60))
        #expect(health.since == .zero)
        health.resume()
        #expect(!health.isResting(at: .zero))
        #expect(!health.isDoubtful && health.reason == nil)
    }

    @Test("an ordered rest outlasts a success, until it is taken back")
    func ordered() {
        var health = RelayHealth(rest: rest)
        health.orderRest(at: .zero)
        health.succeeded()
        #expect(health.isResting(at: .zero + .days(100)))
        #expect(health.reason == "ordered")
        health.resume()
        #expect(!health.isResting(at: .zero))
    }
}
