import Core
import Journal
import Testing

@testable import Loop

@Suite struct JudgeTests {
    static let t = Instant("2026-11-21T12:00:00Z")!

    static func hit(
        _ kind: Hit.Kind = .click, link: Int = 1, after milliseconds: Int64 = 0,
        method: Hit.Method = .get, headers: [(String, String)] = [], agent: String = "Mozilla/5.0"
    ) -> Hit {
        Hit(
            kind: kind, method: method, delivery: 7, link: kind == .click ? link : 0,
            at: t + .milliseconds(milliseconds), userAgent: agent,
            headers: headers.map { Hit.Header(name: $0.0, value: $0.1) })
    }

    func verdict(
        _ hit: Hit, beside others: [Hit] = [], delay: TimeSpan = .seconds(10)
    ) -> Verdict {
        Judge(delay: delay).judge(hit, among: ([hit] + others).compactMap(Judge.sighting)).verdict
    }

    @Test(
        "a request alone is judged by what it says",
        arguments: [
            (hit(), .human), (hit(method: .head), .machine),
            (hit(headers: [("Purpose", "prefetch")]), .machine),
            (hit(headers: [("sec-purpose", "prefetch;prerender")]), .machine),
            (hit(headers: [("X-Moz", "prefetch")]), .machine),
            (hit(headers: [("X-Purpose", "Preview")]), .machine),
            (hit(headers: [("Accept", "prefetch")]), .human), (hit(.trap), .machine),
            (hit(.open), .human), (hit(.open, method: .head), .machine),
            (hit(.open, headers: [("Purpose", "prefetch")]), .proxy),
            (hit(.open, agent: "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"), .proxy),
            (hit(.view), .human), (hit(.unsubscribePage), .human),
        ] as [(Hit, Verdict)])
    func alone(hit: Hit, expected: Verdict) {
        #expect(verdict(hit) == expected)
    }

    @Test(
        "several links at once are a machine's, before and after alike",
        arguments: [
            ([(2, 300)], .machine), ([(2, -300)], .machine), ([(2, 1000)], .machine),
            ([(2, 1001)], .human), ([(2, 1500), (3, 1900)], .machine),
            ([(2, -1500), (3, 1900)], .machine), ([(2, 2001), (3, 2002)], .human),
            // The same link again is an impatient person.
            ([(1, 200), (1, 400), (1, 600)], .human),
        ] as [([(Int, Int64)], Verdict)])
    func bursts(others: [(Int, Int64)], expected: Verdict) {
        let others = others.map { Self.hit(link: $0.0, after: $0.1) }
        #expect(verdict(Self.hit(), beside: others) == expected)
    }

    @Test("no window is longer than a verdict waits")
    func shortDelay() {
        let other = [Self.hit(link: 2, after: 500)]
        #expect(verdict(Self.hit(), beside: other, delay: .milliseconds(500)) == .machine)
        #expect(verdict(Self.hit(), beside: other, delay: .milliseconds(400)) == .human)
    }

    @Test("pages and the trap count as links, images do not")
    func kinds() {
        #expect(verdict(Self.hit(), beside: [Self.hit(.unsubscribePage, after: 100)]) == .machine)
        #expect(verdict(Self.hit(), beside: [Self.hit(.trap, after: 100)]) == .machine)
        #expect(verdict(Self.hit(), beside: [Self.hit(.view, after: 100)]) == .machine)
        #expect(verdict(Self.hit(), beside: [Self.hit(.open, after: 100)]) == .human)
        #expect(verdict(Self.hit(.open), beside: [Self.hit(), Self.hit(link: 2)]) == .human)
    }
}
