import Core
import HTTP
import Seal
import Store
import Testing
import Threads

@testable import Site

@Suite struct PreferenceTests {
    private let forms: FormHome
    private var home: SiteHome { forms.home }
    private var person: Int64 { home.profiles[0] }

    init() throws { forms = try FormHome() }

    private func path() throws -> String { "/p/\(try home.token(.preferences))" }

    private func save(_ form: String) throws -> HTTPResponse {
        home.post(try path(), "save=yes&" + form)
    }

    private func preference() throws -> Preference {
        try home.store.reader().preference(of: person)
    }

    private func objection(_ kind: MailingKind = .marketing) throws -> String? {
        try home.store.reader().choiceObjection(
            of: person, to: kind, at: home.clock.withLock { $0 })
    }

    @Test("the page shows what holds now, and topics that are not listed not at all")
    func page() throws {
        let html = home.ask(.get, try path()).text
        #expect(html.contains("value=\"news\" checked"))
        #expect(html.contains("value=\"offers\">"))
        #expect(html.contains("Offers &lt;b&gt;"))
        #expect(!html.contains("service"))
        #expect(!html.contains("secret"))
    }

    @Test("topics are taken and left, each with its event and its row in the ledger")
    func topics() throws {
        #expect(try save("topic=offers").text.contains("role=\"status\""))
        let reader = try home.store.reader()
        #expect(try !reader.isSubscribed(person, topic: "news"))
        #expect(try reader.isSubscribed(person, topic: "offers"))
        #expect(try home.events().map(\.kind) == [.unsubscribe, .subscribe])
        let rows = try forms.consent("person0@example.org")
        #expect(rows.map(\.change) == ["granted", "withdrawn", "granted"])
        #expect(rows.last?.source.way == "page")
        #expect(try save("topic=offers").status == 200)
        #expect(try home.events().count == 2)
    }

    @Test("a pause stops marketing and nothing else until it ends by itself")
    func pause() throws {
        #expect(try save("topic=news&pause=2").status == 200)
        #expect(try objection() == "paused by the person")
        #expect(try objection(.transactional) == nil)
        let shown = home.ask(.get, try path()).text
        #expect(shown.contains("value=\"keep\" selected"))
        #expect(try save("topic=news&pause=keep").status == 200)
        forms.pass(.days(13))
        #expect(try objection() != nil)
        forms.pass(.days(1))
        #expect(try objection() == nil)
        #expect(try save("topic=news&pause=8").status == 200)
        #expect(try save("topic=news&pause=0").status == 200)
        #expect(try objection() == nil)
    }

    @Test("frequency bounds marketing by what was sent last")
    func frequency() throws {
        #expect(try save("topic=news&frequency=7").status == 200)
        #expect(try objection() == nil)
        let sent = EventRecord(
            profile: person, kind: .send, at: SiteHome.now, delivery: home.deliveries[0])
        _ = try home.store.write(.control) { try $0.record(sent) }
        forms.pass(.days(6))
        #expect(try objection() == "more often than the person wants")
        #expect(try objection(.transactional) == nil)
        forms.pass(.days(1))
        #expect(try objection() == nil)
    }

    @Test(
        "nonsense changes nothing",
        arguments: [
            "frequency=-1", "frequency=9999999999999999999", "pause=1000", "pause=x",
            "language=fr", "field.secret=4", "untracked=maybe", "topic=nothing",
        ])
    func nonsense(_ form: String) throws {
        #expect(try save("topic=news&" + form).status == 200)
        #expect(try preference() == Preference())
        let reader = try home.store.reader()
        let person = try #require(
            try reader.profile(person, fields: reader.fieldColumns().values))
        #expect(person.fields["secret"] == .missing)
        #expect(person.fields["language"] == .missing)
    }

    @Test("fields that may be corrected are, and the page speaks the language chosen")
    func fields() throws {
        let answer = try save(
            "topic=news&field.first_name=Anna+%22%3E%3Cscript%3E&field.country=DE&language=de")
        #expect(answer.text.contains("<html lang=\"de\">"))
        #expect(answer.text.contains("Ihre Auswahl"))
        #expect(!answer.text.contains("<script"))
        #expect(answer.text.contains("Anna &quot;&gt;&lt;script&gt;"))
        let wrong = try save("topic=news&field.country=XX")
        #expect(wrong.status == 422)
        #expect(wrong.text.contains("href=\"#c-field.country\""))
        let reader = try home.store.reader()
        let person = try #require(
            try reader.profile(person, fields: reader.fieldColumns().values))
        #expect(person.fields["country"] == .text("DE"))
    }

    @Test("the veto against tracking is kept and shown")
    func untracked() throws {
        #expect(try save("topic=news&untracked=yes").text.contains("value=\"yes\" checked"))
        #expect(try preference().isUntracked)
        #expect(try save("topic=news").status == 200)
        #expect(try !preference().isUntracked)
    }

    @Test("who unsubscribed from everything comes back by ticking a topic")
    func returning() throws {
        #expect(home.post(try path(), "from=everything").status == 200)
        #expect(try home.status() == .unsubscribed)
        #expect(!home.ask(.get, try path()).text.contains("value=\"news\" checked"))
        #expect(try save("frequency=7").status == 200)
        #expect(try home.status() == .unsubscribed)
        #expect(try save("topic=offers").status == 200)
        #expect(try home.status() == .active)
        #expect(try !home.isSubscribed())
    }

    @Test(
        "no choice makes somebody active who is not confirmed, complained or bounces",
        arguments: [ProfileStatus.unconfirmed, .complained, .bounced])
    func weaker(_ status: ProfileStatus) throws {
        _ = try home.store.write(.control) { [person] access in
            try access.connection.run(
                "UPDATE profile SET status = ? WHERE id = ?",
                [.text(status.rawValue), .integer(person)])
        }
        #expect(try save("topic=news&topic=offers").status == 200)
        #expect(try home.status() == status)
    }

    @Test("an unsubscription can be undone from its page, once, for a day")
    func undo() throws {
        let unsubscribe = "/u/\(try home.token(.unsubscribe))"
        #expect(home.post(unsubscribe, "undo=yes").status == 410)
        let done = home.post(unsubscribe, "from=topic")
        #expect(done.text.contains("name=\"undo\""))
        #expect(try !home.isSubscribed())
        #expect(home.post(unsubscribe, "undo=yes").status == 200)
        #expect(try home.isSubscribed())
        #expect(home.post(unsubscribe, "undo=yes").status == 410)

        // The page of preferences has the button too, and its answer the undo.
        #expect(home.post(try path(), "from=everything").text.contains("name=\"undo\""))
        #expect(home.post(try path(), "undo=yes").status == 200)
        #expect(try home.status() == .active)

        #expect(home.post(unsubscribe, "from=everything").status == 200)
        forms.pass(.hours(25))
        #expect(home.post(unsubscribe, "undo=yes").status == 410)
        #expect(try home.status() == .unsubscribed)
    }

    @Test("undoing makes nobody active who was not")
    func undoOfUnconfirmed() throws {
        _ = try home.store.write(.control) { [person] access in
            try access.connection.run(
                "UPDATE profile SET status = 'unconfirmed' WHERE id = ?", [.integer(person)])
        }
        let unsubscribe = "/u/\(try home.token(.unsubscribe))"
        #expect(home.post(unsubscribe, "from=everything").status == 200)
        #expect(home.post(unsubscribe, "undo=yes").status == 410)
        #expect(try home.status() == .unsubscribed)
    }

    @Test("one click stays one click, whatever else the form says")
    func oneClick() throws {
        let unsubscribe = "/u/\(try home.token(.unsubscribe))"
        #expect(home.post(unsubscribe, "List-Unsubscribe=One-Click&undo=yes").status == 200)
        #expect(try !home.isSubscribed())
    }

    @Test("a person sees what is stored of her, as text")
    func data() throws {
        _ = try home.store.write(.control) { [person] access in
            let columns = try access.fieldColumns()
            try access.set(
                [
                    (columns["first_name"]!, .text("<img src=x onerror=alert(1)>")),
                    (columns["secret"]!, .number(42)),
                ], of: person, at: SiteHome.now)
        }
        let answer = home.ask(.get, try path() + "/data")
        #expect(answer.status == 200)
        for part in ["person0@example.org", "&lt;img src=x", "42", "Travel &amp; News", "granted"] {
            #expect(answer.text.contains(part), "\(part)")
        }
        #expect(!answer.text.contains("<img"))
        #expect(home.post(try path() + "/data", "").status == 405)
    }
}
