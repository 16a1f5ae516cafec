import Core
import HTTP
import Journal
import Seal
import Sockets
import Store
import Testing

@testable import Site

@Suite struct SiteStationTests {
    @Test(
        "a link of somebody who asked not to be tracked leads on, and the hit tells nothing of her")
    func anonymousClick() throws {
        let home = try SiteHome()
        let path = "/a/\(try home.sealer.token(.anonymousClick, delivery: 7).text)"
        let agent: HeaderFields = ["user-agent": "Mozilla/5.0"]
        let answer = home.ask(.get, path + "/1", headers: agent)
        #expect(answer.status == 302 && answer.headers["location"] == SiteHome.target)
        #expect(home.ask(.head, path + "/1").status == 302)
        let hits = try home.hits()
        #expect(hits.map(\.kind) == [.anonymousClick, .anonymousClick])
        #expect(hits.map(\.delivery) == [7, 7] && hits.map(\.link) == [1, 1])
        #expect(hits.allSatisfy { $0.peer.isEmpty })
        #expect(home.ask(.get, path + "/2").status == 404)
        #expect(home.ask(.get, path + "/4").status == 410)
        #expect(home.post(path + "/1", "").status == 405)
        for purpose in Purpose.allCases where purpose != .anonymousClick {
            #expect(home.ask(.get, "/a/\(try home.token(purpose))/1").status == 404)
        }
        let token = try home.sealer.token(.anonymousClick, delivery: home.deliveries[0]).text
        #expect(home.ask(.get, "/c/\(token)/1").status == 404)
        #expect(try home.hits().count == 2)
    }

    @Test("a link whose time is over gets a page that says so, and is no click")
    func over() throws {
        let home = try SiteHome()
        let answer = home.ask(.get, "/c/\(try home.token(.click))/4")
        #expect(answer.status == 410 && answer.text.contains("no longer valid"))
        #expect(try home.hits().isEmpty)
    }

    @Test("a click is kept and redirected to the target of the ledger")
    func click() throws {
        let home = try SiteHome()
        let answer = home.ask(
            .get, "/c/\(try home.token(.click))/1",
            headers: ["user-agent": "Zebra/1", "sec-purpose": "prefetch", "cookie": "secret=1"])
        #expect(answer.status == 302)
        #expect(answer.headers["location"] == SiteHome.target)
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer.headers["referrer-policy"] == "no-referrer")
        let hits = try home.hits()
        #expect(
            hits == [
                Hit(
                    kind: .click, method: .get, delivery: home.deliveries[0], link: 1,
                    at: SiteHome.now, peer: "192.0.2.7", userAgent: "Zebra/1",
                    headers: [.init(name: "sec-purpose", value: "prefetch")])
            ])
    }

    @Test("a personal target keeps the number asked for and the template's link")
    func personal() throws {
        let home = try SiteHome()
        let answer = home.ask(.get, "/c/\(try home.token(.click, 1))/2")
        #expect(answer.headers["location"] == "https://shop.example/\(home.deliveries[1])")
        #expect(try home.hits().map(\.link) == [2])
        #expect(try home.hits().map(\.templateLink) == [1])
    }

    @Test("a click asked for again is answered the same, kept again, and by its own rules")
    func again() throws {
        let home = try SiteHome()
        let paths = [
            "/c/\(try home.token(.click))/1", "/c/\(try home.token(.click, 1))/1",
            "/c/\(try home.token(.click, 1))/2",
        ]
        let first = paths.map { home.ask(.get, $0) }
        for _ in 0..<3 { #expect(paths.map { home.ask(.get, $0) } == first) }
        #expect(first[2].headers["location"] == "https://shop.example/\(home.deliveries[1])")
        #expect(home.ask(.head, paths[0]) == first[0])
        #expect(home.ask(.post, paths[0]).status == 405)
        #expect(home.ask(.get, paths[0] + "0").status == 404)
        #expect(home.ask(.get, paths[0], host: "evil.example").status == 421)
        let hits = try home.hits()
        #expect(hits.count == 13)
        #expect(hits.filter { $0.delivery == home.deliveries[0] }.count == 5)
        #expect(hits.filter { $0.link == 2 && $0.templateLink == 1 }.count == 4)
        #expect(hits.last?.method == .head)
    }

    @Test("where links lead is asked anew after a while, and others stand for what is dropped")
    func redirectCache() throws {
        let home = try SiteHome()
        let token = try #require(Token(try home.token(.click)))
        let other = try #require(Token(try home.token(.click, 1)))
        let now = SiteHome.now
        var cache = RedirectCache()
        let response = HTTPResponse(302, headers: ["location": SiteHome.target])
        cache.keep(token, delivery: 1, version: 7, link: 3, response, at: now)
        #expect(cache.find(token, link: 3, at: now)?.delivery == 1)
        #expect(cache.find(token, link: 3, at: now)?.response == response)
        #expect(cache.find(token, link: 4, at: now) == nil)
        #expect(cache.find(other, link: 3, at: now) == nil)
        #expect(cache.find(token, link: 3, at: now + RedirectCache.lifetime) == nil)
        #expect(cache.find(token, link: 3, at: now - .seconds(1)) == nil)
        cache.keep(other, delivery: 2, version: 8, link: 3, response, at: now)
        #expect(cache.find(other, link: 3, at: now)?.delivery == 2)
        #expect(cache.find(other, link: 4, at: now) == nil)
    }

    @Test("HEAD on a click answers the same and is kept as HEAD")
    func head() throws {
        let home = try SiteHome()
        let answer = home.ask(.head, "/c/\(try home.token(.click))/1")
        #expect(answer.status == 302)
        #expect(answer.headers["location"] == SiteHome.target)
        #expect(try home.hits().map(\.method) == [.head])
    }

    @Test("the open pixel is a GIF of 43 bytes that nobody stores")
    func pixel() throws {
        let home = try SiteHome()
        let answer = home.ask(.get, "/o/\(try home.token(.open)).gif")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "image/gif")
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer.body.count == 43)
        #expect(answer.text.hasPrefix("GIF89a"))
        #expect(try home.hits().map(\.kind) == [.open])
    }

    @Test("unknown, wrong and malformed tokens get one and the same page")
    func notFound() throws {
        let home = try SiteHome()
        let click = try home.token(.click)
        let paths = [
            "/", "/c", "/c/\(click)/9", "/c/\(click)/0", "/c/\(click.uppercased())/1",
            "/c/\(try home.token(.open))/1", "/u/\(click)", "/p/\(click)", "/v/\(click)",
            "/o/\(click).gif", "/u/\(String(repeating: "a", count: 26))", "/u/x", "/favicon.ico",
        ]
        let answers = paths.map { home.ask(.get, $0) }
        #expect(answers.allSatisfy { $0.status == 404 })
        #expect(Set(answers.map(\.body)).count == 1)
        #expect(Set(answers.map(\.headers)).count == 1)
        #expect(try home.hits().isEmpty)
        #expect(home.post("/u/\(click)", "List-Unsubscribe=One-Click").status == 404)
    }

    @Test("none of 20,000 forged tokens is taken for one of ours")
    func forged() throws {
        let home = try SiteHome()
        let genuine = Array(try home.token(.click))
        var state: UInt64 = 7
        var taken = 0
        for _ in 0..<20_000 {
            var letters = genuine
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                letters[Int(state >> 33) % 25] =
                    Array("abcdefghijklmnopqrstuvwxyz234567")[Int(state >> 40) % 32]
            }
            guard letters != genuine else { continue }
            taken += home.ask(.get, "/c/\(String(letters))/1").status == 404 ? 0 : 1
        }
        #expect(taken == 0)
        #expect(try home.hits().isEmpty)
    }

    @Test("what is no longer kept gets a friendly page")
    func gone() throws {
        let home = try SiteHome()
        #expect(home.ask(.get, "/c/\(try home.token(.click))/3").status == 410)
        let lost = try home.sealer.token(.unsubscribe, delivery: 4_711).text
        let answer = home.ask(.get, "/u/\(lost)", headers: ["accept-language": "de-AT,en;q=0.5"])
        #expect(answer.status == 410)
        #expect(answer.text.contains("abgelaufen"))
    }

    @Test(
        "only our hosts are served",
        arguments: [
            ("mail.example:8025", true), ("127.0.0.1", true), ("127.0.0.1:80", true),
            ("mail.example", false), ("mail.example:80", false), ("evil.example", false),
            ("", false),
        ])
    func hosts(_ host: String, _ isServed: Bool) throws {
        let home = try SiteHome()
        let answer = home.ask(.get, "/o/\(try home.token(.open)).gif", host: host)
        #expect(answer.status == (isServed ? 200 : 421))
        #expect(try home.hits().count == (isServed ? 1 : 0))
    }

    @Test("other methods are refused, on our tokens only")
    func methods() throws {
        let home = try SiteHome()
        let answer = home.ask(.post, "/c/\(try home.token(.click))/1")
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "GET, HEAD")
        #expect(
            home.ask(.delete, "/u/\(try home.token(.unsubscribe))").headers["allow"]
                == "GET, HEAD, POST")
        #expect(home.ask(.delete, "/u/nothing").status == 404)
        #expect(try home.isSubscribed())
    }

    @Test("the mail is shown as it was sent, and may load pictures but run nothing")
    func view() throws {
        let home = try SiteHome()
        let answer = home.ask(.get, "/v/\(try home.token(.view))")
        #expect(answer.text == "<p>Mail \(home.deliveries[0])</p>")
        let policy = answer.headers["content-security-policy"] ?? ""
        #expect(policy.contains("default-src 'none'"))
        #expect(!policy.contains("script"))
        #expect(home.ask(.get, "/v/\(try home.token(.view, 1))").status == 410)
        #expect(try home.hits().map(\.kind) == [.view])
    }

    @Test("while the store is closed a click is asked to come again, and nothing traps")
    func storeAway() throws {
        let home = try SiteHome()
        let path = "/u/\(try home.token(.unsubscribe))"
        home.site.workbench.stop()
        let answer = home.ask(.get, path)
        #expect(answer.status == 503)
        #expect(answer.headers["retry-after"] == "60")
    }

    @Test("over a socket every answered hit is in the journal")
    func live() throws {
        let home = try SiteHome()
        let listener = try Listener(host: "127.0.0.1", port: 0)
        try home.site.start([listener])
        let client = HTTPClient(
            .tcp(host: "127.0.0.1", port: listener.port), milliseconds: 20_000)
        let host: HeaderFields = ["host": "mail.example:8025"]
        for number in 0..<50 {
            let path = "/c/\(try home.token(.click, number % 2))/\(1 + number % 2)"
            #expect(
                try client.send(number % 5 == 0 ? .head : .get, path, headers: host).status == 302)
        }
        #expect(try home.hits().count == 50)
        let page = try client.send(.get, "/u/\(try home.token(.unsubscribe))", headers: host)
        #expect(page.status == 200)
        #expect(page.text.contains("<form method=\"post\""))
        var form = host
        form.set("content-type", "application/x-www-form-urlencoded")
        let done = try client.send(
            .post, "/u/\(try home.token(.unsubscribe))", headers: form,
            body: .bytes(Array("List-Unsubscribe=One-Click".utf8)))
        #expect(done.status == 200)
        #expect(try !home.isSubscribed())
        #expect(try client.send(.get, "/o/nothing.gif", headers: host).status == 404)
        #expect(
            try client.send(.get, "/", headers: ["host": "evil.example"]).status == 421)
        #expect(home.site.figures?.requests == 54)
    }
}
