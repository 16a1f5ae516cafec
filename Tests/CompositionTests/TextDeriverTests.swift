import Core
import Testing

@testable import Composition

@Suite struct TextDeriverTests {
    private func text(_ html: String, _ person: TestPerson = TestPerson()) throws -> String {
        var bundle = Bundle()
        bundle.more = "kind: transactional\naudience: everybody\ntrack: none"
        bundle.body = html
        return try bundle.render(person).plainText
    }

    @Test(
        "filters that make HTML of text make nothing of it here",
        arguments: [
            ("{{ city | escape }}", "R&D <x>", "R&D <x>\n"),
            ("{{ city | upcase | escape_once }}", "r&d", "R&D\n"),
            ("{{ city | newline_to_br }}", "a\nb", "a\nb\n"),
            ("{{ city | raw }}", "<b>bold</b> &amp; more", "bold &amp; more\n"),
        ])
    func filters(_ html: String, _ city: String, _ expected: String) throws {
        let person = TestPerson(fields: ["city": .text(city)])
        #expect(try text("<p>\(html)</p>", person) == expected)
    }

    @Test(
        "markup becomes lines",
        arguments: [
            ("<p>One\n  two</p>\n<p>three</p>", "One two\n\nthree\n"),
            ("a<br>b<br><br>c", "a\nb\n\nc\n"),
            ("<h1>Title</h1>text<hr>more", "Title\n\ntext\n\n---\n\nmore\n"),
            ("<ul><li>one</li><li><p>two</p></li></ul>", "- one\n- two\n"),
            ("<ol><li>one<li>two</ol>x", "1. one\n2. two\n\nx\n"),
            (
                "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>",
                "A | B\n1 | 2\n"
            ),
            (
                "<table role=\"presentation\"><tr><td>A</td><td>B</td></tr></table>", "A\nB\n"
            ),
            ("x&nbsp;&amp;&uuml;&lt;b&gt;", "x &ü<b>\n"),
            ("a<b>b</b>c <i> d</i>", "abc d\n"),
            ("<head><title>T</title></head><body>x</body>", "x\n"),
            ("<style>p{}</style>a<script>b</script>c<!-- d -->", "ac\n"),
            ("<div style=\"Display : None;\">pre<div>header</div></div>seen", "seen\n"),
            ("<span hidden>a</span>b<p style='mso-hide:all'>c</p>d", "bd\n"),
            ("<!--[if mso]><p>out</p><![endif]-->in", "in\n"),
            ("<!--[if !mso]><!--><p>in</p><!--<![endif]-->", "in\n"),
            (
                "<img src=https://a.example/x alt='A &amp; B'> <img src=https://a.example/y alt=''>",
                "A & B\n"
            ),
            ("<pre>a\n  b</pre>", "a\nb\n"),
            (
                "<a href=\"https://a.example/?x=1&amp;y=2\">see</a>.",
                "see (https://a.example/?x=1&y=2).\n"
            ),
            ("<a href=\"https://a.example\">https://a.example</a>", "https://a.example\n"),
            ("<a href=\"https://a.example/\">a.example</a>", "https://a.example/\n"),
            ("<a href=\"mailto:x@a.example\">write</a>", "write (x@a.example)\n"),
            ("<a href=\"mailto:x@a.example\">x@a.example</a>", "x@a.example\n"),
            ("<a href=\"#top\">up</a>", "up\n"),
            ("<a href=\"https://a.example\"><img alt=\"Logo\"></a>", "Logo (https://a.example)\n"),
            ("<a href=\"https://a.example\"><img></a>", "https://a.example\n"),
        ])
    func markup(html: String, expected: String) throws {
        #expect(try text(html) == expected)
    }

    @Test("values are printed as they are, in the branch that HTML shows")
    func values() throws {
        let html =
            "<p>Dear {{ first_name }},</p>{% if vip %}<p>VIP &amp; more</p>{% else %}"
            + "<p>Guest</p>{% endif %}<p>Bye</p>"
        let person = TestPerson(fields: ["first_name": .text("<b>Ö & \"x\""), "vip": .flag(true)])
        #expect(try text(html, person) == "Dear <b>Ö & \"x\",\n\nVIP & more\n\nBye\n")
        #expect(try text(html) == "Dear ,\n\nGuest\n\nBye\n")
    }

    @Test("loops, assignments in hidden places, partials and captures work as in HTML")
    func effects() throws {
        var bundle = Bundle()
        bundle.more = "kind: transactional\naudience: everybody\ntrack: none"
        bundle.files["partials/foot.html"] = "<p>Foot of {{ who }}</p>"
        bundle.body = """
            <div style="display:none">x{% assign name = "Ada" %}{{ name }}</div>
            {% capture greeting %}<b>Hi {{ name }}</b>{% endcapture %}
            <ul>{% for i in (1..3) %}<li>no {{ i }}</li>{% endfor %}</ul>
            {{ greeting | strip_html }}{% render "foot", who: name %}
            """
        let text = try bundle.render().plainText
        #expect(text == "- no 1\n- no 2\n- no 3\n\nHi Ada\n\nFoot of Ada\n")
    }

    @Test("links of the text part have numbers of their own")
    func numbers() throws {
        var bundle = Bundle()
        bundle.body =
            "<a href=\"https://a.example\">a</a><a href=\"https://b.example/{{ city }}\">b</a>"
            + "<a href=\"{{ links.unsubscribe }}\">out</a>"
        let rendered = try bundle.render(TestPerson(fields: ["city": .text("x")]))
        #expect(rendered.htmlText.contains("/c/TOK/1\">a</a>"))
        #expect(rendered.htmlText.contains("/c/TOK/5\">b</a>"))
        #expect(
            rendered.plainText
                == "a (https://m.shop.example/c/TOK/3)b (https://m.shop.example/c/TOK/6)"
                + "out (https://m.shop.example/u/TOK?a=1&b=2)\n")
        #expect(rendered.targets.map(\.link) == [2, 4])
        #expect(rendered.targets.map(\.url) == ["https://b.example/x", "https://b.example/x"])
    }

    @Test("200 random documents derive to something tidy (seed 5)")
    func random() throws {
        var generator = SplitMix64(seed: 5)
        let pieces = [
            "<p>", "</p>", "<div style=\"display:none\">", "</div>", "<a href=\"#x\">", "</a>",
            "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>", "text", " ", "&amp;",
            "<br>", "{{ city }}", "{% if city %}<p>y{% endif %}", "<!--", "-->", "<style>",
            "</style>", "<pre>",
        ]
        for _ in 0..<200 {
            let html = (0..<Int(generator.next() % 40)).map { _ in
                pieces[Int(generator.next() % UInt64(pieces.count))]
            }.joined()
            let text = try text(html, TestPerson(fields: ["city": .text("C")]))
            #expect(!text.hasPrefix("\n") && !text.contains("\n\n\n"))
        }
    }
}
