import Core
import HTTP
import JSON
import Seal
import Store
import Testing

@testable import Site

@Suite struct ConsentTests {
    @Test("GET and HEAD change no consent, on any path of a mail")
    func effectless() throws {
        let home = try SiteHome(rules: FormHome.rules)
        let paths = [
            "/u/\(try home.token(.unsubscribe))", "/p/\(try home.token(.preferences))",
            "/v/\(try home.token(.view))", "/c/\(try home.token(.click))/1",
            "/o/\(try home.token(.open)).gif", "/p/\(try home.token(.preferences))/data",
            "/f/newsletter",
        ]
        for path in paths {
            for method in [HTTPMethod.get, .head] {
                #expect(home.ask(method, path).status.code < 400)
            }
        }
        #expect(try home.isSubscribed())
        #expect(try home.status() == .active)
        #expect(try home.events().isEmpty)
    }

    @Test("one click takes the mailing's topic away, once, before the answer")
    func oneClick() throws {
        let home = try SiteHome()
        let path = "/u/\(try home.token(.unsubscribe))"
        let answer = home.post(path, "List-Unsubscribe=One-Click")
        #expect(answer.status == 200)
        #expect(answer.headers["location"] == nil)
        #expect(answer.headers["set-cookie"] == nil)
        #expect(try !home.isSubscribed())
        #expect(try home.status() == .active)
        #expect(try home.isSubscribed(1))
        #expect(home.post(path, "List-Unsubscribe=One-Click").status == 200)
        let events = try home.events()
        #expect(events.map(\.kind) == [.unsubscribe])
        #expect(events.first?.data["topic"]?.string == "news")
        #expect(events.first?.data["way"]?.string == "one-click")
        #expect(
            try home.store.reader().block(
                profile: home.profiles[0], kind: .marketing, topic: "news")
                == "not subscribed to news")
    }

    @Test("one click as multipart works too")
    func multipart() throws {
        let home = try SiteHome()
        let body =
            "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n"
            + "One-Click\r\n--x--\r\n"
        let answer = home.ask(
            .post, "/u/\(try home.token(.unsubscribe))",
            headers: ["content-type": "multipart/form-data; boundary=x"], body: body)
        #expect(answer.status == 200)
        #expect(try !home.isSubscribed())
        #expect(try home.events().first?.data["way"]?.string == "one-click")
    }

    @Test(
        "the page's buttons take the topic or everything",
        arguments: [
            ("from=topic", ProfileStatus.active), ("confirm=yes", .active), ("", .active),
            ("from=everything", .unsubscribed),
        ])
    func buttons(_ form: String, _ status: ProfileStatus) throws {
        let home = try SiteHome()
        #expect(home.post("/u/\(try home.token(.unsubscribe))", form).status == 200)
        #expect(try home.status() == status)
        #expect(try home.isSubscribed() == (status != .active))
        #expect(try home.events().count == 1)
    }

    @Test("a mailing without a topic takes the person out of all marketing")
    func withoutTopic() throws {
        let home = try SiteHome(topic: nil)
        let path = "/u/\(try home.token(.unsubscribe))"
        #expect(home.post(path, "List-Unsubscribe=One-Click").status == 200)
        #expect(try home.status() == .unsubscribed)
        #expect(home.post(path, "List-Unsubscribe=One-Click").status == 200)
        #expect(try home.events().count == 1)
    }

    @Test("a bounced person stays bounced")
    func weaker() throws {
        let home = try SiteHome(topic: nil)
        let profile = home.profiles[0]
        try home.store.write(.control) { _ = try $0.restrict(profile, to: .bounced, at: .epoch) }
        #expect(home.post("/u/\(try home.token(.unsubscribe))", "x=y").status == 200)
        #expect(try home.status() == .bounced)
    }
}
