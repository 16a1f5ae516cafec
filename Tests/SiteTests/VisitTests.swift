import Core
import HTTP
import Incoming
import JSON
import Seal
import Store
import Testing

@testable import Site

@Suite struct VisitTests {
    private func home() throws -> SiteHome {
        try SiteHome(adjust: { $0.visitHosts = ["shop.example"] })
    }

    private func visit(
        _ home: SiteHome, _ query: String, cookie: String? = nil, headers: HeaderFields = [:]
    ) -> HTTPResponse {
        var headers = headers
        if let cookie { headers.set("cookie", "a=b; maild_v=\(cookie); c=d") }
        return home.ask(.get, "/c.gif", headers: headers, query: query)
    }

    private func visitor(_ response: HTTPResponse) -> String? {
        response.headers["set-cookie"]?.split(separator: ";").first?.split(separator: "=").last
            .map(String.init)
    }

    @Test("without consent nothing is kept and no cookie set, whatever else is asked")
    func consent() throws {
        let home = try home()
        for (query, headers) in [
            ("page=/a", [:]), ("consent=0&page=/a", [:]), ("consent=2", [:]), ("", [:]),
            ("consent=1", ["sec-gpc": "1"]), ("consent=1", ["purpose": "prefetch"]),
        ] as [(String, HeaderFields)] {
            let answer = visit(home, query, headers: headers)
            #expect(answer.status == 200 && answer.headers["content-type"] == "image/gif")
            #expect(answer.headers["set-cookie"] == nil)
        }
        #expect(home.ask(.head, "/c.gif", query: "consent=1").headers["set-cookie"] == nil)
        let rows = try home.store.reader().connection.first("SELECT count(*) FROM visitor") {
            $0.integer(0)
        }
        #expect(rows == 0)
        #expect(try home.events().isEmpty)
    }

    @Test("a browser keeps its id; one that nobody gave is not taken")
    func cookie() throws {
        let home = try home()
        let first = try #require(visitor(visit(home, "consent=1")))
        #expect(Visitor.isID(first))
        #expect(visitor(visit(home, "consent=1", cookie: first)) == first)
        #expect(visitor(visit(home, "consent=1", cookie: "x' OR 1=1")) != "x' OR 1=1")
        let field = try #require(visit(home, "consent=1").headers["set-cookie"])
        #expect(field.contains("HttpOnly") && field.contains("SameSite=Lax"))
    }

    @Test("visits wait until a click id tells whose they are, then keep their times and order")
    func attached() throws {
        let home = try home()
        let id = try #require(visitor(visit(home, "consent=1&page=/a&source=search&medium=cpc")))
        _ = visit(home, "consent=1&page=/b", cookie: id)
        #expect(try home.events().isEmpty)
        let click = try home.token(.visit)
        _ = visit(home, "consent=1&page=/c&maild=\(click)", cookie: id)
        let events = try home.events()
        #expect(events.map(\.kind) == [.visit, .visit, .visit])
        #expect(events.map { $0.data["page"] } == ["/a", "/b", "/c"])
        #expect(events.map(\.profile) == Array(repeating: home.profiles[0], count: 3))
        #expect(events.map(\.delivery) == [nil, nil, home.deliveries[0]])
        let journey = try home.store.reader().journey(of: home.profiles[0])
        #expect(journey?.visits == 3 && journey?.first?.source == "search")
        // A forged one tells nothing.
        let forged = click.dropLast() + (click.hasSuffix("a") ? "e" : "a")
        let stranger = try #require(visitor(visit(home, "consent=1&maild=\(forged)")))
        #expect(try home.store.reader().profile(ofVisitor: stranger) == nil)
    }

    @Test("an event that names the browser attaches its visits, and a lead tells how it came")
    func lead() throws {
        let home = try home()
        let id = try #require(visitor(visit(home, "consent=1&source=search&keyword=boots")))
        _ = visit(home, "consent=1&source=partner&medium=banner", cookie: id)
        let event = IncomingEvent(
            kind: .lead,
            person: .init(email: try EmailAddress("person1@example.org"), visitor: id))
        _ = try home.store.write(.loop) {
            try $0.take(event, IncomingTerms(caller: "x"), at: SiteHome.now)
        }
        let events = try home.events()
        #expect(events.map(\.kind) == [.visit, .visit, .lead])
        #expect(
            events.last?.data == [
                "source": "partner", "medium": "banner", "first_source": "search",
                "first_keyword": "boots", "visits": 2,
            ])
        // From now on the browser alone is enough.
        let next = IncomingEvent(kind: .lead, person: .init(visitor: id))
        let outcome = try home.store.write(.loop) {
            try $0.take(next, IncomingTerms(caller: "x"), at: SiteHome.now)
        }
        #expect(outcome != .refused("there is no such person"))
    }

    @Test("a browser's waiting visits are bounded, and what a page tells is cut and cleaned")
    func bounds() throws {
        let home = try home()
        let long = String(repeating: "x", count: 2000)
        let id = try #require(visitor(visit(home, "consent=1&page=\(long)&title=a%00%1Bb")))
        for n in 0..<120 { _ = visit(home, "consent=1&page=/\(n)", cookie: id) }
        try home.store.write(.loop) { [profile = home.profiles[0]] in
            try $0.identify(visitor: id, as: profile)
        }
        let events = try home.events()
        #expect(events.count == 100 && events.last?.data["page"] == "/119")
        let other = try #require(visitor(visit(home, "consent=1&page=\(long)&title=a%00%1Bb")))
        try home.store.write(.loop) { [profile = home.profiles[0]] in
            try $0.identify(visitor: other, as: profile)
        }
        let last = try #require(try home.events().last)
        #expect(last.data["page"]?.string?.count == 200 && last.data["title"] == "ab")
    }

    @Test("a link to a named host bears a click id, before its fragment; others do not")
    func clickID() throws {
        let home = try home()
        let answer = home.ask(.get, "/c/\(try home.token(.click))/1")
        let id = try home.token(.visit)
        #expect(answer.headers["location"] == SiteHome.target + "&maild=\(id)")
        let plain = try SiteHome()
        #expect(
            plain.ask(.get, "/c/\(try plain.token(.click))/1").headers["location"]
                == SiteHome.target)
        #expect(
            SiteStation.adding("x", to: "https://shop.example/a#b")
                == "https://shop.example/a?maild=x#b")
        #expect(SiteStation.adding("x", to: "https://a.example/?") == "https://a.example/?maild=x")
    }
}
