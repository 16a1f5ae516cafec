import Core
import Diagnostics
import Message
import Testing

@testable import Composition

@Suite struct CompiledMailingTests {
    private func refusals(_ bundle: Bundle) -> [String] {
        let (mailing, findings) = bundle.compile()
        #expect(mailing == nil)
        return findings.map(\.code)
    }

    @Test("layout, body and partials become one page with a pixel before its end")
    func assembling() throws {
        var bundle = Bundle()
        bundle.more += "\nlayout: letter\npreheader: Look, {{ first_name }}"
        bundle.files["layouts/letter.html"] =
            "<html><body>[{{ content }}]{% render \"foot\" %}</body></html>"
        bundle.files["partials/foot.html"] = "<i>{{ city }}</i>"
        let person = TestPerson(fields: ["city": .text("Ulm"), "first_name": .text("<Ada>")])
        let html = try bundle.render(person).htmlText
        #expect(
            html == "<html><body><div style=\"display:none;max-height:0;overflow:hidden\">"
                + "Look, &lt;Ada&gt;</div>[<p>Hi</p>"
                + "<a href=\"https://m.shop.example/u/TOK?a=1&amp;b=2\">out</a>]<i>Ulm</i>"
                + "<img src=\"https://m.shop.example/o/TOK.gif\" alt=\"\" width=\"1\" height=\"1\" "
                + "style=\"display:block;border:0\"></body></html>")
    }

    @Test("a layout that prints the preheader gets no second one")
    func preheader() throws {
        var bundle = Bundle()
        bundle.more += "\npreheader: Look"
        bundle.body = "<b>{{ mailing.preheader }}|{{ mailing.subject }}</b>" + bundle.body
        let html = try bundle.render().htmlText
        #expect(html.hasPrefix("<b>Look|Hello you</b><p>"))
    }

    @Test("only the fields that are used are asked for, those of conditions and segments included")
    func fields() throws {
        var bundle = Bundle()
        bundle.body +=
            "{{ profile.city }}{% if clicks.travel > 3 %}x{% endif %}"
            + "{% slot \"a\" %}{% alt segment \"travellers\" %}t{% alt \"c\" when vip %}c"
            + "{% default %}d{% endslot %}"
        let mailing = try #require(bundle.compile().mailing)
        #expect(
            mailing.fieldsUsed
                == ["first_name", "city", "clicks.travel", "interests.travel", "vip"])
        #expect(mailing.filesUsed == ["m.html", "loop.conf"])
    }

    @Test(
        "what is wrong is refused",
        arguments: [
            ("{{ frist_name }}", "unknown-field"), ("{{ profile.nam }}", "unknown-field"),
            ("{{ interests.boats }}", "unknown-field"), ("{{ profile }}", "computed-field"),
            ("{{ mailing.sender }}", "unknown-name"), ("{{ content }}", "content"),
            ("{% assign city = 1 %}", "shadows-field"),
            ("{% for interests in (1..2) %}{% endfor %}", "shadows-field"),
            ("{% render \"nothing\" %}", "unknown-partial"),
            ("{% render \"loops\" %}", "partial-cycle"),
            ("{% render \"blocks\" %}", "blocks-in-partial"),
            ("{% if in_segment \"x\" %}{% endif %}", "unknown-segment"),
            (
                "{% slot \"a\" %}{% alt segment \"x\" %}{% default %}{% endslot %}",
                "unknown-segment"
            ),
            (
                "{% slot \"a\" %}{% alt \"b\" when nosuch > 1 %}{% default %}{% endslot %}",
                "unknown-field"
            ),
            (
                "{% slot \"a,b\" optional %}{% alt \"b\" when vip %}{% endslot %}", "name"
            ),
            (
                "{% slot \"a\" %}{% default %}{% endslot %}{% slot \"a\" %}{% default %}"
                    + "{% endslot %}", "duplicate-slot"
            ),
        ])
    func refused(html: String, code: String) {
        var bundle = Bundle()
        bundle.files["partials/loops.html"] = "{% render \"loops\" %}"
        bundle.files["partials/blocks.html"] =
            "{% blocks %}{% block \"a\" score: 1 %}{% endblock %}{% endblocks %}"
        bundle.body += "\n" + html
        #expect(refusals(bundle).contains(code))
    }

    @Test(
        "front matter is judged with rules and grants",
        arguments: [
            ("topic: nws\naudience: everybody", "unknown-topic"),
            ("audience: everbody", "unknown-segment"), ("audience: age >", "syntax"),
            ("topic: news", "missing-audience"), ("send: on trigger\naudience: vip", "audience"),
            ("audience: vip\nkind: transactional\ntopic: news", "transactional"),
            ("audience: vip\nlayout: lettr", "unknown-layout"),
            ("audience: vip\ntext: file", "missing-text"),
            ("audience: vip\nzone: Nowhere/Land", "unknown-zone"),
            ("audience: vip\ndefaults:\n  nam: x", "unknown-field"),
        ])
    func frontMatter(lines: String, code: String) {
        var bundle = Bundle()
        bundle.grants = Grants(fromDomains: ["shop.example"], transactionalTopics: ["orders"])
        bundle.more = lines
        bundle.files["layouts/letter.html"] = "{{ content }}"
        #expect(refusals(bundle).contains(code))
    }

    @Test("a sender's domain that is not granted is refused")
    func fromDomain() {
        var bundle = Bundle()
        bundle.grants = Grants(fromDomains: ["other.example"], transactionalTopics: nil)
        #expect(refusals(bundle) == ["from-domain"])
    }

    private static let link = "<a href=\"{{ links.unsubscribe }}\">x</a>"

    @Test(
        "a marketing mailing needs an unsubscribe link that everybody gets",
        arguments: [
            ("<p>Hi</p>", false), ("<p>{{ links.unsubscribe }}</p>", false),
            ("<img src=\"{{ links.unsubscribe }}\">", false),
            ("{% if vip %}\(Self.link){% endif %}", false),
            ("{% if vip %}\(Self.link){% else %}\(Self.link){% endif %}", true),
            ("{% for i in (1..2) %}\(Self.link){% endfor %}", false),
            ("{% render \"foot\" %}", true),
        ])
    func unsubscribe(html: String, isFine: Bool) {
        var bundle = Bundle()
        bundle.files["partials/foot.html"] = "<a href=\"{{ links.unsubscribe }}\">x</a>"
        bundle.body = html
        #expect((bundle.compile().mailing != nil) == isFine)
        bundle.more = "audience: vip\nkind: transactional"
        #expect(bundle.compile().mailing != nil)
    }

    @Test("findings point into the file as it is written")
    func positions() throws {
        var bundle = Bundle()
        bundle.matter = "from: a@shop.example\nsubject: Grüße {{ frist_name }}"
        bundle.body += "\n\n  {{ ctiy }}"
        let findings = bundle.compile().findings
        let subject = try #require(findings.first { $0.message.contains("frist") })
        #expect(subject.position == SourcePosition(line: 3, column: 19))
        #expect(subject.line == "subject: Grüße {{ frist_name }}")
        let body = try #require(findings.first { $0.message.contains("ctiy") })
        #expect(body.position.line == 9)
        #expect(body.line == "  {{ ctiy }}")
        #expect(body.message.contains("did you mean \"city\"?"))
    }

    @Test("a file that is not UTF-8 is refused at the byte")
    func encoding() {
        let source = MailingSource(
            name: "m", files: ["m.html": Array("---\nsubject: ".utf8) + [0xE9, 0x0A]])
        let (mailing, findings) = CompiledMailing.compile(source)
        #expect(mailing == nil)
        #expect(findings.first?.position == SourcePosition(line: 2, column: 10))
    }

    @Test("rules that are wrong refuse the version")
    func rules() {
        var bundle = Bundle()
        bundle.files["loop.conf"] = "[feild x]\ntype = text\n"
        #expect(bundle.compile().mailing == nil)
    }
}
