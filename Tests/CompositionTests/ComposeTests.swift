import Core
import Diagnostics
import Message
import Testing

@testable import Composition

@Suite struct ComposeTests {
    private let to = try! EmailAddress("ada@example.org")

    private func compose(_ bundle: Bundle, _ person: TestPerson) throws -> ComposedMessage {
        let (mailing, findings) = bundle.compile()
        guard let mailing else { throw Bundle.Refused(findings: findings) }
        return mailing.compose(person, to: to, identity: Bundle.identity, now: Bundle.now)
    }

    private func message(_ composed: ComposedMessage) throws -> (String, Choices, MergeRow) {
        guard case .message(let message, let choices, let row) = composed else {
            throw NoMessage(composed: composed)
        }
        return (String(decoding: message.bytes, as: UTF8.self), choices, row)
    }

    private struct NoMessage: Error {
        var composed: ComposedMessage
    }

    private var slots: Bundle {
        var bundle = Bundle()
        bundle.matter =
            "subject: S {% slot \"hero\" %}{% alt segment \"travellers\" %}T{% default %}D"
            + "{% endslot %}\nfrom: news@shop.example"
        bundle.more = "topic: news\naudience: everybody\npreheader: P"
        return bundle
    }

    @Test("headers say what they must")
    func headers() throws {
        let (text, _, _) = try message(compose(Bundle(), TestPerson()))
        for line in [
            "From: Shop <news@shop.example>", "To: ada@example.org", "Subject: Hello you",
            "Date: Tue, 01 Dec 2026 09:00:00 +0000", "Message-ID: <abc@m.shop.example>",
            "List-Id: Our news <news.shop.example>",
            "List-Unsubscribe: <https://m.shop.example/u/TOK?a=1&b=2>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Feedback-ID: m:news:marketing:shop.example",
        ] { #expect(text.contains(line + "\r\n"), "\(line)") }
    }

    @Test("a transactional mailing has no list headers")
    func transactional() throws {
        var bundle = Bundle()
        bundle.more = "audience: everybody\nkind: transactional"
        #expect(!(try message(compose(bundle, TestPerson())).0.contains("List-")))
    }

    @Test("a choice is made once and shared by subject, HTML and a hand-written text part")
    func shared() throws {
        var bundle = Bundle()
        bundle.matter = "subject: x\nfrom: news@shop.example"
        bundle.body +=
            "{% slot \"hero\" %}{% alt segment \"travellers\" %}<b>HT</b>"
            + "{% alt \"cars\" when interests.cars >= 3 %}<b>HC</b>{% default %}<b>HD</b>{% endslot %}"
        bundle.files["m.txt"] = """
            {% slot "hero" %}{% alt "cars" when interests.cars >= 99 %}TC{% default %}TD{% endslot %}
              {{ links.unsubscribe }} https://a.example/x.
            """
        for (scores, name, html, text) in [
            (["interests.travel": 2.0, "interests.cars": 9], "travellers", "HT", "TD"),
            (["interests.cars": 3], "cars", "HC", "TC"), ([:], "default", "HD", "TD"),
        ] {
            let person = TestPerson(scores: scores)
            let (_, choices, row) = try message(compose(bundle, person))
            #expect(choices.text == "hero=\(name)")
            #expect(row.choices == choices)
            let rendered = try bundle.render(person)
            #expect(rendered.htmlText.contains("<b>\(html)</b>"))
            #expect(
                rendered.plainText == "\(text)\n  https://m.shop.example/u/TOK?a=1&b=2 "
                    + "https://m.shop.example/c/TOK/1.\n")
        }
    }

    @Test("a slot in the subject follows the choice of the HTML")
    func subject() throws {
        var bundle = slots
        bundle.body +=
            "{% slot \"hero\" %}{% alt segment \"travellers\" %}T{% default %}D{% endslot %}"
        let (text, choices, _) = try message(
            compose(bundle, TestPerson(scores: ["interests.travel": 9])))
        #expect(choices.text == "hero=travellers")
        #expect(text.contains("Subject: S T\r\n"))
        #expect(try message(compose(bundle, TestPerson())).0.contains("Subject: S D\r\n"))
    }

    @Test("a text part with an alternative that HTML has not is refused")
    func textDiffers() {
        var bundle = Bundle()
        bundle.body += "{% slot \"a\" %}{% alt \"x\" when vip %}1{% default %}2{% endslot %}"
        bundle.files["m.txt"] =
            "{{ links.unsubscribe }}{% slot \"a\" %}{% alt \"y\" when vip %}1{% default %}2{% endslot %}"
        #expect(bundle.compile().findings.map(\.code) == ["text-differs"])
    }

    @Test("blocks come by score, best first, and none at or below zero")
    func blocks() throws {
        var bundle = Bundle()
        bundle.body +=
            "{% blocks limit: 2 %}{% block \"cars\" score: interests.cars %}C{% endblock %}"
            + "{% block \"travel\" score: interests.travel %}T{% endblock %}"
            + "{% block \"age\" score: age %}A{% endblock %}{% endblocks %}"
        let all = TestPerson(
            fields: ["age": .number(5)], scores: ["interests.cars": 3, "interests.travel": 7])
        let (_, choices, _) = try message(compose(bundle, all))
        #expect(choices.text == "blocks=travel+age")
        #expect(try bundle.render(all).htmlText.contains("TA"))
        let none = try compose(bundle, TestPerson(scores: ["interests.cars": 0]))
        guard case .skipped = none else {
            Issue.record("\(none)")
            return
        }
    }

    @Test("abort, require and empty slots skip a person with the reason")
    func skipping() throws {
        for (html, reason) in [
            ("{% if vip %}x{% else %}{% abort \"no order\" %}{% endif %}", "no order"),
            ("{% require city %}", "city is blank"),
            (
                "{% slot \"a\" optional %}{% alt \"x\" when vip %}1{% endslot %}",
                "no slot has content for this person"
            ),
        ] {
            var bundle = Bundle()
            bundle.body += html
            guard case .skipped(reason) = try compose(bundle, TestPerson()) else {
                Issue.record("\(html)")
                continue
            }
            let lucky = TestPerson(fields: ["vip": .flag(true), "city": .text("x")])
            _ = try message(compose(bundle, lucky))
        }
    }

    @Test("the merge row reads back and makes the same message again")
    func again() throws {
        var bundle = slots
        bundle.matter = "subject: Hi {{ first_name }}\nfrom: news@shop.example"
        bundle.body +=
            "{% slot \"hero\" %}{% alt segment \"travellers\" %}T{% default %}D{% endslot %}"
            + "{{ age }} {{ born | date: \"%Y\" }} {{ vip }} {{ interests.cars }} {{ now }}"
            + "<a href=\"https://a.example/{{ city }}\">x</a>"
            + "{% if in_segment \"travellers\" %}in{% endif %}"
        let person = TestPerson(
            fields: [
                "first_name": .text("Ada"), "age": .number(36), "city": .text("London"),
                "born": .date(Instant("1815-12-10")!), "vip": .flag(true),
            ], scores: ["interests.travel": 5, "interests.cars": 1.5])
        let mailing = try #require(bundle.compile().mailing)
        let (first, _, row) = try message(compose(bundle, person))
        let kept = try MergeRow(row.bytes)
        #expect(kept == row)
        let second = mailing.compose(from: kept, to: to, identity: Bundle.identity)
        #expect(try message(second).0 == first)
        let page = try mailing.renderHTML(from: kept, identity: Bundle.identity)
        #expect(String(decoding: page, as: UTF8.self).contains("36 1815 true 1.5 "))
        #expect(String(decoding: page, as: UTF8.self).contains("in<img"))
    }

    @Test("bytes that are no merge row are refused", arguments: ["", "[]", "{}", "{\"now\":1}"])
    func notARow(text: String) {
        #expect(throws: MergeRow.Unreadable.self) { try MergeRow(Array(text.utf8)) }
    }

    @Test("defaults stand in for what is blank")
    func defaults() throws {
        var bundle = Bundle()
        bundle.more += "\ndefaults:\n  city: Nowhere"
        bundle.body += "[{{ city }}]"
        #expect(try bundle.render().htmlText.contains("[Nowhere]"))
        let person = TestPerson(fields: ["city": .text("Ulm")])
        #expect(try bundle.render(person).htmlText.contains("[Ulm]"))
    }

    @Test(
        "a hostile value in the subject holds that person",
        arguments: ["a\r\nBcc: x@example.org", "\n.\r\n", "a\0b", "\u{2028}"])
    func heldSubject(value: String) throws {
        let person = TestPerson(fields: ["first_name": .text("x" + value + "x")])
        guard case .held(let reason) = try compose(Bundle(), person) else {
            Issue.record("not held: \(value)")
            return
        }
        #expect(reason.contains("Subject") && !reason.contains("Bcc"))
    }

    @Test("400 hostile values in every other place: one message, no header and no markup of theirs")
    func hostile() throws {
        var bundle = Bundle()
        bundle.matter = "subject: fixed\nfrom: news@shop.example"
        bundle.more += "\npreheader: \"{{ city }}\""
        bundle.body =
            "<p title=\"{{ city }}\">{{ city }}</p><a href=\"https://a.example/{{ city }}\">"
            + "{{ city }}</a>{{ city | upcase }}<a href=\"{{ links.unsubscribe }}\">u</a>"
        let mailing = try #require(bundle.compile().mailing)
        var generator = SplitMix64(seed: 31)
        let pieces = [
            "\r\n", "\n.\r\n", "\r", "\n", "\0", ".", "Bcc: evil@example.org", "<b>", "\"", ">",
            "--=_abcmshopexample--", "ü", "{{ first_name }}", "{% abort \"x\" %}", "'", "&lt;",
            "\r\n\r\n.\r\nMAIL FROM:<>", "</p><script>", "a",
        ]
        for _ in 0..<400 {
            let value = (0...Int(generator.next() % 6)).map { _ in
                pieces[Int(generator.next() % UInt64(pieces.count))]
            }.joined()
            let composed = mailing.compose(
                TestPerson(fields: ["city": .text(value)]), to: to, identity: Bundle.identity,
                now: Bundle.now)
            let (text, _, row) = try message(composed)
            #expect(WireMessage.scan(Array(text.utf8)) == nil)
            let head = text.utf8.split(separator: 0x0A).prefix { $0 != [0x0D] }
            #expect(!head.contains { $0.starts(with: "Bcc".utf8) })
            let html = try mailing.renderHTML(from: row, identity: Bundle.identity)
            let page = String(decoding: html, as: UTF8.self)
            #expect(!page.contains("<b>") && !page.contains("<script>"))
            for target in row.targets {
                #expect(target.url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            }
        }
    }

    @Test("an international address holds that person")
    func international() throws {
        let mailing = try #require(Bundle().compile().mailing)
        let to = try EmailAddress("jürgen@example.org")
        guard
            case .held = mailing.compose(
                TestPerson(), to: to, identity: Bundle.identity, now: Bundle.now)
        else {
            Issue.record("not held")
            return
        }
    }
}
