import Core
import Journal
import Store
import Testing

@testable import Loop

@Suite struct JudgeTests {
    static let t = Instant("2026-11-21T12:00:00Z")!
    static let language = [("Accept-Language", "de"), ("Accept", "text/html")]

    static func hit(
        _ kind: Hit.Kind = .click, link: Int = 1, after milliseconds: Int64 = 0,
        method: Hit.Method = .get, headers: [(String, String)] = language,
        agent: String = "Mozilla/5.0", peer: String = "192.0.2.9", delivery: Int64 = 7
    ) -> Hit {
        Hit(
            kind: kind, method: method, delivery: delivery, link: kind == .click ? link : 0,
            at: t + .milliseconds(milliseconds), peer: peer, userAgent: agent,
            headers: headers.map { Hit.Header(name: $0.0, value: $0.1) })
    }

    /// Of the first, when all are known; sent so long before.
    func verdict(
        _ hit: Hit, beside others: [Hit] = [], age: TimeSpan? = .hours(5)
    ) -> Verdict {
        var judge = Judge()
        let context = HitContext(
            mailing: 1, version: 1, sent: age.map { Self.t - $0 }, domain: "example.com")
        let seen = ([hit] + others).map { $0.observation(about: context, agents: .standard) }
        for one in seen { judge.observe(one) }
        return judge.judge(seen[0]).verdict
    }

    @Test(
        "a request alone is judged by what it says",
        arguments: [
            (hit(), .human), (hit(method: .head), .machine),
            (hit(headers: [("Purpose", "prefetch")]), .machine),
            (hit(headers: [("sec-purpose", "prefetch;prerender")]), .machine),
            (hit(headers: [("X-Moz", "prefetch")]), .machine),
            (hit(headers: [("X-Purpose", "Preview")]), .machine),
            (hit(headers: []), .human), (hit(.trap), .machine), (hit(agent: ""), .machine),
            (hit(agent: "Barracuda Sentinel (EE)"), .machine), (hit(agent: "curl/8.5"), .machine),
            // Vouched for: this machine.
            (hit(agent: "curl/8.5", peer: "127.0.0.1"), .human),
            (hit(method: .head, peer: "::1"), .machine),
            (hit(.open), .human), (hit(.open, method: .head), .machine),
            (hit(.open, headers: [("Purpose", "prefetch")]), .proxy),
            (hit(.open, agent: "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"), .proxy),
            (hit(.view), .human), (hit(.unsubscribePage), .human),
        ] as [(Hit, Verdict)])
    func alone(hit: Hit, expected: Verdict) {
        #expect(verdict(hit) == expected)
    }

    @Test(
        "several links at once are a machine's, before and after alike; tabs are a person's",
        arguments: [
            ([(2, 100), (3, 200), (4, 300)], .machine),
            ([(2, -300), (3, -200), (4, 400)], .machine),
            ([(2, 900)], .human), ([(2, 700), (3, 1500)], .human),
            ([(2, 900), (3, 1900), (4, 2800)], .human),
            // The same link again is an impatient person.
            ([(1, 200), (1, 400), (1, 600)], .human),
        ] as [([(Int, Int64)], Verdict)])
    func bursts(others: [(Int, Int64)], expected: Verdict) {
        let others = others.map { Self.hit(link: $0.0, after: $0.1) }
        #expect(verdict(Self.hit(), beside: others) == expected)
    }

    @Test("three at once are enough when the mail has hardly arrived")
    func early() {
        let others = [Self.hit(link: 2, after: 300), Self.hit(link: 3, after: 600)]
        #expect(verdict(Self.hit(), beside: others, age: .seconds(40)) == .machine)
        #expect(verdict(Self.hit(), age: .seconds(40)) == .human)
    }

    @Test("a scan with an address for each request is one scan")
    func rotating() {
        let others = (2...6).map { Self.hit(link: $0, after: 90, peer: "198.51.\($0).1") }
        #expect(verdict(Self.hit(), beside: others) == .machine)
    }

    @Test("who asks for the link of another a moment before is a machine, the other is not")
    func fetchedAhead() {
        let person = Self.hit(after: 1500)
        let machine = Self.hit(peer: "198.51.100.4")
        #expect(verdict(machine, beside: [person]) == .machine)
        #expect(verdict(person, beside: [machine]) == .human)
        #expect(verdict(machine, beside: [Self.hit(after: 4000)]) == .human)
    }

    @Test("who asked for the hidden link asked for nothing as a person")
    func trap() {
        #expect(verdict(Self.hit(), beside: [Self.hit(.trap, after: 30_000)]) == .machine)
        let other = Self.hit(.trap, after: 30_000, peer: "198.51.100.4")
        #expect(verdict(Self.hit(), beside: [other]) == .human)
    }

    @Test("an early click weighs more behind an image loaded at once than behind one loaded later")
    func imageAge() {
        func weight(imageAfter seconds: Int64) -> Double {
            var judge = Judge()
            let context = HitContext(
                mailing: 1, version: 1, sent: Self.t, domain: "example.com")
            let image = Self.hit(.open, after: seconds * 1000)
            let click = Self.hit(after: 100_000)
            let seen = [image, click].map { $0.observation(about: context, agents: .standard) }
            for one in seen { judge.observe(one) }
            return judge.evidence(onClick: seen[1], judge.trails[7] ?? Trail()).weight
        }
        #expect(weight(imageAfter: 9) > weight(imageAfter: 30))
        #expect(weight(imageAfter: 30) > weight(imageAfter: 90))
    }

    @Test("an address that scanned other mail is not believed, and its neighbours less")
    func learnt() {
        var judge = Judge()
        func seen(_ hit: Hit, age: TimeSpan, domain: String = "example.com") -> Observation {
            let context = HitContext(mailing: 1, version: 1, sent: hit.at - age, domain: domain)
            return hit.observation(about: context, agents: .standard)
        }
        for delivery in Int64(1)...5 {
            let scan = (1...6).map {
                seen(
                    Self.hit(
                        link: $0, after: Int64($0) * 100, peer: "198.51.100.4", delivery: delivery),
                    age: .seconds(43))
            }
            for one in scan { judge.observe(one) }
            for one in scan {
                let judgement = judge.judge(one)
                #expect(judgement.isCertain)
                judge.learn(judgement, of: one)
            }
        }
        for (peer, age, verdict) in [
            ("198.51.100.4", 50, Verdict.machine), ("198.51.100.77", 50, .machine),
            // Of the same provider.
            ("198.51.7.30", 50, .machine), ("198.51.7.30", 7200, .human),
            ("192.0.2.1", 7200, .human),
        ] as [(String, Int64, Verdict)] {
            let one = seen(
                Self.hit(peer: peer, delivery: 99), age: .seconds(age), domain: "example.net")
            var copy = judge
            copy.observe(one)
            #expect(copy.judge(one).verdict == verdict, "\(peer): \(copy.judge(one).why)")
        }
    }
}
