import Core
import Diagnostics
import Rules
import Testing

@testable import Composition

@Suite struct LinkRewriterTests {
    private func bundle(_ html: String) -> Bundle {
        var bundle = Bundle()
        bundle.more = "topic: news\naudience: everybody\ntrack: clicks"
        bundle.body = html + "<p><a href=\"{{ links.unsubscribe }}\">out</a></p>"
        return bundle
    }

    private func html(_ html: String, _ person: TestPerson = TestPerson()) throws -> String {
        let all = try bundle(html).render(person).htmlText
        return String(
            all.prefix(upTo: all.range(of: "<p><a href=\"https://m.shop.example/u/")!.lowerBound))
    }

    @Test(
        "targets are replaced and nothing else",
        arguments: [
            (
                #"<a class="x" href="https://a.example/x" id=y>t</a>"#,
                #"<a class="x" href="https://m.shop.example/c/TOK/1" id=y>t</a>"#
            ),
            ("<A HREF='http://a.example'>t</A>", "<A HREF='https://m.shop.example/c/TOK/1'>t</A>"),
            ("<a href=https://a.example/>t</a>", "<a href=https://m.shop.example/c/TOK/1>t</a>"),
            (
                #"<map><area href="https://a.example"></map>"#,
                #"<map><area href="https://m.shop.example/c/TOK/1"></map>"#
            ),
            (
                #"<!--[if mso]><v:rect href="https://a.example"></v:rect><![endif]-->"#,
                #"<!--[if mso]><v:rect href="https://m.shop.example/c/TOK/1"></v:rect><![endif]-->"#
            ),
            (
                ##"<a href="mailto:x@a.example">m</a><a href="tel:+49">t</a><a href="#top">u</a>"##,
                ##"<a href="mailto:x@a.example">m</a><a href="tel:+49">t</a><a href="#top">u</a>"##
            ),
            (
                #"<img src="https://a.example/i.png"><!-- <a href="x"> -->"#,
                #"<img src="https://a.example/i.png"><!-- <a href="x"> -->"#
            ),
            (
                #"<a data-action="travel-click" href="https://a.example" data-link='hero' x>t</a>"#,
                #"<a href="https://m.shop.example/c/TOK/1" x>t</a>"#
            ),
            (
                #"<a href="https://a.example/1">1</a><a href="https://a.example/1">2</a>"#,
                #"<a href="https://m.shop.example/c/TOK/1">1</a>"#
                    + #"<a href="https://m.shop.example/c/TOK/2">2</a>"#
            ),
            (
                #"<a href="{{ links.view }}">v</a>"#,
                #"<a href="https://m.shop.example/v/TOK">v</a>"#
            ),
        ])
    func replacing(source: String, expected: String) throws {
        #expect(try html(source) == expected)
    }

    @Test("targets are decoded, and what no header may hold is percent-encoded")
    func targets() throws {
        let mailing = try #require(
            bundle(
                #"<a href=" https://a.example/?a=1&amp;b=ü#x ">t</a><a href="https://b.example">"#
            ).compile().mailing)
        #expect(
            mailing.links.map(\.target).prefix(2) == [
                "https://a.example/?a=1&b=%C3%BC#x", "https://b.example",
            ])
        #expect(mailing.target(ofLink: 0, in: nil) == nil)
        #expect(mailing.target(ofLink: 99, in: nil) == nil)
    }

    @Test("a personal target is numbered behind the fixed ones and kept with the merge row")
    func personal() throws {
        let bundle = bundle(
            #"<a href="https://a.example/{{ city | url_encode }}/?n={{ first_name }}" "#
                + #"data-action="travel-click">t</a><a href="https://b.example">f</a>"#)
        let mailing = try #require(bundle.compile().mailing)
        let person = TestPerson(fields: [
            "city": .text("Köln & Bonn"), "first_name": .text("a\r\nLocation: x\0 \"<"),
        ])
        var row = try mailing.mergeRow(of: person, now: Bundle.now).get()
        let rendered = try mailing.render(row, identity: Bundle.identity)
        row.targets = rendered.targets
        let count = mailing.links.count
        #expect(rendered.htmlText.contains("/c/TOK/\(count + 1)\">t</a>"))
        let url = try #require(mailing.target(ofLink: count + 1, in: row))
        #expect(url.hasPrefix("https://a.example/K%C3%B6ln+%26+Bonn/?n=a%0D%0ALocation:%20x%00"))
        #expect(url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(mailing.link(count + 1, in: row)?.binding == mailing.links[0].binding)
        #expect(mailing.links[0].target == nil && mailing.links[0].binding != nil)
        #expect(mailing.target(ofLink: count + 1, in: nil) == nil)
        #expect(mailing.target(ofLink: count + 99, in: row) == nil)
    }

    @Test("names and actions are bound; an inline operation too")
    func binding() throws {
        let mailing = try #require(
            bundle(
                #"<a data-link="one" data-action="travel-click" href="https://a.example">a</a>"#
                    + #"<a data-action="clicks.travel += 2" href="https://a.example">b</a>"#
            ).compile().mailing)
        #expect(mailing.links[0].name == "one")
        if case .named(let action)? = mailing.links[0].binding {
            #expect(action.name == "travel-click")
        } else {
            Issue.record("not bound")
        }
        if case .inline? = mailing.links[1].binding {} else { Issue.record("not inline") }
    }

    @Test("a link of the derived text part has the name and the action of its HTML, told once")
    func derivedBinding() throws {
        let bound =
            #"<a data-link="one" data-action="travel-click" href="https://a.example">a</a>"#
            + #"<a data-action="clicks.travel += 2" href="https://b.example">b</a>"#
        let links = try #require(bundle(bound).compile().mailing).links
        let inText = links.filter { $0.isInText && $0.host.hasSuffix(".example") }
        #expect(inText.map(\.name) == ["one", nil])
        #expect(inText.map(\.binding) == links.filter { !$0.isInText }.map(\.binding))
        #expect(inText.allSatisfy { $0.binding != nil })
        let wrong = bundle(#"<a data-action="travel-clik" href="https://a.example">a</a>"#)
        #expect(wrong.compile().findings.count { $0.code == "unknown-action" } == 1)
    }

    @Test(
        "dangerous and useless targets are refused where they stand",
        arguments: [
            (#"<a href="javascript:alert(1)">"#, "link-scheme"),
            (#"<a href="JaVaScript:alert(1)">"#, "link-scheme"),
            (#"<a href="&#106;avascript:alert(1)">"#, "link-scheme"),
            (#"<a href="java&#10;script:x">"#, "link-malformed"),
            (#"<a href="data:text/html,x">"#, "link-scheme"),
            (#"<a href="/shop">"#, "link-relative"), (#"<a href="//a.example">"#, "link-relative"),
            (#"<a href="www.a.example/x">"#, "link-relative"), (#"<a href="">"#, "link-empty"),
            (#"<a href="https://">"#, "link-host"),
            (#"<a href="https:a.example">"#, "link-malformed"),
            (#"<a href="https://u@a.example/">"#, "link-host"),
            (#"<a href="https://a.example:x/">"#, "link-host"),
            (#"<a href="https://ä.example/">"#, "link-host"),
            (#"<a href="https://a .example/">"#, "link-malformed"),
            (#"<a href="{{ city }}">"#, "link-not-literal"),
            (#"<a href="https://{{ city }}/">"#, "link-not-literal"),
            (#"<a href="https://a.{{ city }}">"#, "link-not-literal"),
            (#"<a href="https://a.example{{ city }}">"#, "link-not-literal"),
            (#"<a href="{{ links.unsubscrib }}">"#, "unknown-link"),
            (#"<a data-action="travel-clik" href="https://a.example">"#, "unknown-action"),
            (#"<a data-action="" href="https://a.example">"#, "attribute"),
            (#"<a data-action="{{ city }}" href="https://a.example">"#, "attribute"),
            (#"<a data-action="travel-click" href="mailto:x@a.example">"#, "action-unbound"),
            (#"<a {% if vip %}href="https://a.example"{% endif %}>"#, "link-in-tag"),
            (#"{% if vip %}<a href="https://a.example"{% endif %}>x"#, "tag-open"),
        ])
    func refused(html: String, code: String) throws {
        let (mailing, findings) = bundle(html).compile()
        #expect(mailing == nil)
        #expect(findings.contains { $0.code == code && $0.position.line == 8 }, "\(findings)")
    }

    @Test("hosts that are not granted are refused")
    func hosts() {
        var bundle = bundle(#"<a href="https://shop.a.example/">x</a>"#)
        for (hosts, isAllowed) in [
            (["a.example"], false), (["*.a.example"], true), (["SHOP.a.example"], true),
            (["*"], true), ([], false), (["*.example.org"], false),
        ] {
            bundle.grants.linkHosts = hosts
            #expect((bundle.compile().mailing != nil) == isAllowed, "\(hosts)")
        }
    }

    @Test("each branch has its links, numbered in document order")
    func branches() throws {
        let source =
            #"{% if vip %}<a href="https://a.example">v</a>{% else %}"#
            + #"<a href="https://b.example">n</a>{% endif %}<a href="https://c.example">c</a>"#
        let mailing = try #require(bundle(source).compile().mailing)
        #expect(
            mailing.links.filter { !$0.isInText }.map(\.host) == [
                "a.example", "b.example", "c.example",
            ])
        #expect(
            try html(source).contains("/c/TOK/2\">n</a><a href=\"https://m.shop.example/c/TOK/3"))
    }

    @Test("without click tracking links stay and bindings still leave")
    func untracked() throws {
        var bundle = bundle(#"<a href="https://a.example/{{ city }}" data-link="x">t</a>"#)
        bundle.more = "topic: news\naudience: everybody\ntrack: none"
        let person = TestPerson(fields: ["city": .text("\"><b>")])
        let html = try bundle.render(person).htmlText
        #expect(html.hasPrefix(#"<a href="https://a.example/&quot;&gt;&lt;b&gt;">t</a>"#))
        #expect(!html.contains("TOK.gif"))
    }
}

extension String {
    /// The first place of `needle`, without Foundation.
    func range(of needle: String) -> Range<String.Index>? {
        indices.first { self[$0...].hasPrefix(needle) }
            .map { $0..<index($0, offsetBy: needle.count) }
    }
}
