import Core
import HTTP
import JSON
import Seal
import Store
import Testing

@testable import Site

@Suite struct FormTests {
    private let forms: FormHome
    private var home: SiteHome { forms.home }

    init() throws { forms = try FormHome() }

    @Test("who fills in the form is asked, and only who confirms is active")
    func doubleOptIn() throws {
        let sent = forms.subscribe(
            "New@Example.org", "topic=offers&field.first_name=Anna&field.country=AT")
        #expect(sent.status == 200)
        #expect(sent.text.contains("look into your inbox"))
        #expect(try forms.status("New@example.org") == .unconfirmed)
        let delivery = try #require(try forms.asked().first)
        let path = try forms.confirmPath(delivery)
        for method in [HTTPMethod.get, .head] {
            let page = home.ask(method, path)
            #expect(page.status == 200)
            #expect(page.text.contains("Offers &lt;b&gt;"))
        }
        #expect(try forms.status("New@example.org") == .unconfirmed)

        let done = home.post(path, "confirm=yes")
        #expect(done.status == 200)
        #expect(done.text.contains("https://shop.example/welcome"))
        #expect(try forms.status("New@example.org") == .active)
        let reader = try home.store.reader()
        let id = try #require(try reader.profileID(email: EmailAddress("New@example.org")))
        let person = try #require(
            try reader.profile(id, fields: reader.fieldColumns().values))
        #expect(person.fields["first_name"] == .text("Anna"))
        #expect(person.fields["country"] == .text("AT"))
        #expect(person.fields["language"] == .text("en"))
        #expect(person.topics == ["offers": true])
        let rows = try forms.consent("New@example.org")
        #expect(rows.map(\.change) == ["asked", "granted", "granted"])
        #expect(rows.map(\.source.way).last == "form newsletter, confirmed")
        #expect(rows.allSatisfy { $0.source.network == "192.0.2.0/24" })
        let wording = try #require(rows.last?.source.wording)
        let text = String(decoding: try #require(try reader.wording(wording)), as: UTF8.self)
        #expect(text.contains("Offers &lt;b&gt;") && !text.contains("New@"))
        let events = try home.events()
        #expect(events.map(\.kind) == [.subscribe])

        #expect(home.post(path, "confirm=yes").status == 200)
        #expect(try forms.consent("New@example.org").count == 3)
        #expect(try home.events().count == 1)
        #expect(try home.store.auditConsent(in: reader).broken == nil)
    }

    @Test("the link that confirms does so once: it does not undo what was chosen since")
    func once() throws {
        forms.subscribe("new@example.org")
        let delivery = try #require(try forms.asked().first)
        let path = try forms.confirmPath(delivery)
        #expect(home.post(path, "confirm=yes").text.contains("You are subscribed"))
        #expect(home.ask(.get, path).text.contains("You are subscribed"))
        let token = try home.sealer.token(.unsubscribe, delivery: delivery).text
        #expect(home.post("/u/\(token)", "from=everything").status == 200)
        #expect(home.post(path, "confirm=yes").status == 410)
        #expect(home.ask(.get, path).status == 410)
        #expect(try forms.status("new@example.org") == .unsubscribed)
        // So is the button that takes an unsubscription back.
        #expect(home.post("/u/\(token)", "undo=yes").status == 200)
        #expect(home.post("/u/\(token)", "undo=yes").status == 410)
        #expect(try forms.status("new@example.org") == .active)
    }

    /// Visits a web page with this browser, which agreed; its cookie.
    private func visit(_ page: String, _ cookie: String? = nil) -> String {
        var headers: HeaderFields = [:]
        if let cookie { headers.set("cookie", cookie) }
        let answer = home.ask(
            .get, "/c.gif", headers: headers, query: "consent=1&page=\(page)&source=search")
        return String((answer.headers["set-cookie"] ?? "").prefix { $0 != ";" })
    }

    private func visits(of email: String) throws -> [String] {
        let reader = try home.store.reader()
        guard let id = try reader.profileID(email: EmailAddress(email)) else { return [] }
        return try reader.events(after: 0, profile: id, limit: 100).filter { $0.kind == .visit }
            .compactMap { $0.data["page"]?.string }
    }

    @Test("visits of the browser become the person's when she confirms, not before")
    func visits() throws {
        let (desk, phone) = (visit("/a"), visit("/b"))
        let stamp = forms.stamp()
        forms.pass(.seconds(10))
        _ = home.ask(
            .post, "/f/newsletter",
            headers: ["content-type": "application/x-www-form-urlencoded", "cookie": desk],
            body: "email=new@example.org&stamp=\(stamp)&topic=offers")
        #expect(try visits(of: "new@example.org") == [])
        let path = try forms.confirmPath(try #require(try forms.asked().first))
        _ = home.ask(
            .post, path,
            headers: ["content-type": "application/x-www-form-urlencoded", "cookie": phone],
            body: "confirm=yes")
        #expect(try visits(of: "new@example.org").sorted() == ["/a", "/b"])
        _ = visit("/c", desk)
        #expect(try visits(of: "new@example.org").sorted() == ["/a", "/b", "/c"])
    }

    @Test("a browser that asks for privacy by now is not attached, and one without an id neither")
    func noVisits() throws {
        let cookie = visit("/a")
        for headers in [["cookie": cookie, "sec-gpc": "1"], [:]] as [HeaderFields] {
            let stamp = forms.stamp()
            forms.pass(.minutes(10))
            var headers = headers
            headers.set("content-type", "application/x-www-form-urlencoded")
            _ = home.ask(
                .post, "/f/newsletter", headers: headers,
                body: "email=new@example.org&stamp=\(stamp)&topic=offers")
            let path = try forms.confirmPath(try #require(try forms.asked().last))
            #expect(home.ask(.post, path, headers: headers, body: "confirm=yes").status == 200)
        }
        #expect(try visits(of: "new@example.org") == [])
    }

    @Test("how often an address is asked, and a network may ask, is the operator's to say")
    func limits() throws {
        let forms = try FormHome(adjust: { options in
            options.forms.networkPerHour = 4
            options.forms.address.perDay = 2
            options.forms.address.spacing = .seconds(5)
        })
        let answers = (0..<6).map { _ in forms.subscribe("victim@example.org").status.code }
        #expect(answers == [200, 200, 200, 200, 429, 429])
        #expect(try forms.asked().count == 2)
    }

    @Test("a confirmation expires")
    func expiry() throws {
        forms.subscribe("new@example.org")
        let path = try forms.confirmPath(try #require(try forms.asked().first))
        forms.pass(.days(7))
        #expect(home.post(path, "confirm=yes").status == 410)
        #expect(try forms.status("new@example.org") == .unconfirmed)
    }

    @Test("who unsubscribed or complained is active again by confirming, who bounces is not")
    func returning() throws {
        let statuses: [ProfileStatus] = [.unsubscribed, .complained, .bounced]
        for (n, status) in statuses.enumerated() {
            let email = "back\(n)@example.org"
            try home.store.write(.control) { access in
                let id = try access.addProfile(email: EmailAddress(email), at: SiteHome.now)
                try access.restrict(id, to: status, at: SiteHome.now)
            }
            #expect(forms.subscribe(email).status == 200)
            let path = try forms.confirmPath(try #require(try forms.asked().last))
            let answer = home.post(path, "confirm=yes")
            #expect(answer.status == (status == .bounced ? 410 : 200))
            #expect(try forms.status(email) == (status == .bounced ? .bounced : .active))
        }
    }

    @Test("the answer is the same whether or not the address is known, active or asked just now")
    func silence() throws {
        let unknown = forms.subscribe("unknown@example.org")
        let known = forms.subscribe("person0@example.org")
        let again = forms.subscribe("person0@example.org")
        #expect(unknown.status == 200)
        #expect(unknown.body == known.body && known.body == again.body)
        #expect(unknown.headers.fields.map(\.name) == known.headers.fields.map(\.name))
    }

    @Test("an address is asked at most once in five minutes and three times a day")
    func bombing() throws {
        for _ in 0..<5 { forms.subscribe("victim@example.org") }
        #expect(try forms.asked().count == 1)
        for _ in 0..<5 {
            forms.pass(.minutes(6))
            forms.subscribe("victim@example.org")
        }
        #expect(try forms.asked().count == 3)
        forms.pass(.days(1))
        forms.subscribe("victim@example.org")
        #expect(try forms.asked().count == 4)
    }

    @Test("a network sends thirty forms an hour and no more")
    func network() throws {
        let answers = (0..<40).map { forms.subscribe("person\($0)@example.net").status.code }
        #expect(answers == Array(repeating: 200, count: 30) + Array(repeating: 429, count: 10))
        forms.pass(.hours(1))
        #expect(forms.subscribe("late@example.net").status == 200)
    }

    @Test(
        "without a stamp of ours, of the right age, the form comes back filled in and nothing happens",
        arguments: ["none", "forged", "fast", "old", "other form"])
    func stamp(_ kind: String) throws {
        let genuine = forms.stamp()
        var stamp = genuine
        switch kind {
        case "none": stamp = ""
        case "forged": stamp = String(genuine.dropLast()) + (genuine.last == "0" ? "1" : "0")
        case "old": forms.pass(.hours(25))
        case "other form":
            stamp = try FormStamp.make(for: "other", at: SiteHome.now, LedgerSeal(home.ring))
            forms.pass(.seconds(10))
        default: break
        }
        let answer = home.post(
            "/f/newsletter", "email=a%40example.org&topic=news&stamp=\(stamp)")
        #expect(answer.status == 200)
        #expect(answer.text.contains("value=\"a@example.org\""))
        #expect(answer.text.contains("name=\"stamp\""))
        #expect(try forms.asked().isEmpty)
    }

    @Test("a form on a site that is named is taken without a stamp, on another it comes back")
    func embedded() throws {
        func post(_ origin: String) -> HTTPResponse {
            home.ask(
                .post, "/f/newsletter",
                headers: [
                    "content-type": "application/x-www-form-urlencoded", "origin": origin,
                ], body: "email=a%40example.org&topic=news")
        }
        #expect(post("https://evil.example").text.contains("name=\"stamp\""))
        #expect(try forms.asked().isEmpty)
        #expect(post("https://shop.example").text.contains("look into your inbox"))
        #expect(try forms.asked().count == 1)
    }

    @Test("who fills in what people do not see is told that all is well, and nothing happens")
    func trap() throws {
        let answer = forms.subscribe("bot@example.org", "topic=news&website=http://x")
        #expect(answer.body == forms.subscribe("person@example.org").body)
        #expect(try forms.status("bot@example.org") == nil)
    }

    @Test("what is wrong stands with its field, and hostile text stays text")
    func problems() throws {
        let answer = forms.subscribe(
            "\"><script>alert(1)</script>",
            "field.country=%3Cimg%3E&field.first_name=%22%3E%3Cscript%3E")
        #expect(answer.status == 422)
        for part in [
            "href=\"#c-email\"", "aria-describedby=\"c-email-hint c-email-error\"",
            "aria-invalid=\"true\"", "href=\"#c-topic\"", "href=\"#c-field.country\"",
            "role=\"alert\"",
        ] {
            #expect(answer.text.contains(part), "\(part)")
        }
        #expect(!answer.text.contains("<script"))
        #expect(!answer.text.contains("<img"))
    }

    @Test("a form that is not declared, and one whose mailing is not there, is not served")
    func absent() throws {
        #expect(home.ask(.get, "/f/other").status == 404)
        #expect(home.ask(.get, "/f/newsletter/x").status == 404)
        try home.store.write(.control) { try $0.pause("confirm", reason: "test") }
        #expect(forms.subscribe("a@example.org").status == 503)
        #expect(try forms.asked().isEmpty)
    }

    @Test("a token of another purpose confirms nothing")
    func purposes() throws {
        forms.subscribe("a@example.org")
        let delivery = try #require(try forms.asked().first)
        for purpose in Purpose.allCases where purpose != .confirm {
            let token = try home.sealer.token(purpose, delivery: delivery).text
            #expect(home.post("/k/\(token)", "confirm=yes").status == 404)
        }
        // A mail that asks for nothing has no such page.
        #expect(home.post(try forms.confirmPath(home.deliveries[0]), "").status == 410)
        #expect(try forms.status("a@example.org") == .unconfirmed)
    }
}
