import Core
import Diagnostics
import Testing

@testable import Composition

@Suite struct StyleInlinerTests {
    private func bundle(_ css: String, _ html: String, _ files: [String: String] = [:]) -> Bundle {
        var bundle = Bundle()
        bundle.more = "topic: news\naudience: everybody\ntrack: none\ninline-css: on"
        bundle.body =
            "<style>\(css)</style>\(html)<p><a href=\"{{ links.unsubscribe }}\">out</a></p>"
        bundle.files = files
        return bundle
    }

    /// The HTML between the style block and the unsubscribe line.
    private func inlined(
        _ css: String, _ html: String, _ files: [String: String] = [:],
        _ person: TestPerson = TestPerson()
    ) throws -> String {
        let all = try bundle(css, html, files).render(person).htmlText
        let start = try #require(all.range(of: "</style>")).upperBound
        let end = try #require(
            all.range(of: "<p><a ").map(\.lowerBound) ?? all.range(of: "<p s")?.lowerBound)
        return String(all[start..<end])
    }

    @Test(
        "simple selectors reach their elements",
        arguments: [
            ("td { color : red }", "<td>x</td>", #"<td style="color:red">x</td>"#),
            (".a { color: red; }", "<b class='x a'>", #"<b class='x a' style="color:red">"#),
            ("#i{color:red}", "<b id=i>", #"<b id=i style="color:red">"#),
            ("td.a{color:red}", "<td><td class=a>", #"<td><td class=a style="color:red">"#),
            ("*{margin:0}", "<br/>", #"<br style="margin:0"/>"#),
            ("i,b{color:red}", "<b></b><u></u>", #"<b style="color:red"></b><u></u>"#),
            (
                "div p{color:red}", "<div><b><p>x</p></b></div><p>y</p>",
                #"<div><b><p style="color:red">x</p></b></div><p>y</p>"#
            ),
            (
                "div>p{color:red}", "<div><p>x</p><b><p>y</p></b></div>",
                #"<div><p style="color:red">x</p><b><p>y</p></b></div>"#
            ),
            (
                ".a .b > i{color:red}", "<u class=a><b class=b><u class=b><i>x</i></u></b></u>",
                #"<u class=a><b class=b><u class=b><i style="color:red">x</i></u></b></u>"#
            ),
            ("TD{COLOR:Red}", "<TD>x</TD>", #"<TD style="color:Red">x</TD>"#),
            ("<!-- b{color:red} -->", "<b>x</b>", #"<b style="color:red">x</b>"#),
            (".ü{color:red}", "<b class=ü>", #"<b class=ü style="color:red">"#),
            (
                "td > p{color:red}", "<table><tr><td>a<td><p>x</table>",
                #"<table><tr><td>a<td><p style="color:red">x</table>"#
            ),
        ])
    func selecting(css: String, html: String, expected: String) throws {
        #expect(try inlined(css, html) == expected)
    }

    @Test(
        "what is not simple stays in the style block only",
        arguments: [
            "a:hover{color:red}", "a::before{content:'x'}", "a[href]{color:red}", "p+a{color:red}",
            "p~a{color:red}", "@media (max-width:600px){a{color:red}}", "@import url(x.css);",
            "@font-face{font-family:x;src:url(y)}", "a{", "{color:red}", "a{color}", "a{:red}",
            "a{color:}", "/* a{color:red} */", "/* a{color:red}", "b{content:'a{color:red}'}",
            "a b{color:red}", "> a{color:red}", "a >{color:red}", ".1{color:red}",
            "b{background:url(a{color:red})}", #"\61{color:red}"#, "", "}}}",
            "@supports (x:y){@media z{a{color:red}}}", "a::{color:red}", ".{color:red}",
        ])
    func leaving(css: String) throws {
        #expect(try inlined(css, "<a>x</a>") == "<a>x</a>")
    }

    @Test("the stronger rule wins, then the later; an element's own style beats both")
    func cascade() throws {
        #expect(
            try inlined("#i{color:red}.a{color:blue}b{color:green}", "<b id=i class=a>")
                == #"<b id=i class=a style="color:red">"#)
        #expect(
            try inlined("b{color:red;margin:0}b{color:blue}", "<b>")
                == #"<b style="margin:0;color:blue">"#)
        #expect(
            try inlined("b{color:red}", #"<b style="color:blue">"#)
                == #"<b style="color:red;color:blue">"#)
        #expect(
            try inlined("u b{color:red}b.a{color:blue}", "<u><b class=a></u>")
                == #"<u><b class=a style="color:blue"></u>"#)
        #expect(
            try inlined("b{background:red;background:linear-gradient(x,y)}", "<b>")
                == #"<b style="background:red;background:linear-gradient(x,y)">"#)
    }

    @Test("!important beats everything but stays out of the attribute")
    func important() throws {
        #expect(
            try inlined("b{color:red ! IMPORTANT}#i{color:blue}", "<b id=i>")
                == #"<b id=i style="color:red">"#)
        #expect(
            try inlined("b{margin:0;color:red!important}", #"<b style="color:blue">"#)
                == #"<b style="margin:0;color:blue;color:red">"#)
    }

    @Test("quotes, comments and line ends in values come through the attribute")
    func values() throws {
        #expect(
            try inlined(#"b{font-family:"Segoe UI",serif}"#, "<b>")
                == #"<b style="font-family:'Segoe UI',serif">"#)
        #expect(
            try inlined(#"b{content:"it's"}"#, "<b>") == #"<b style="content:&quot;it's&quot;">"#)
        #expect(
            try inlined(#"b{font-family:"A"}"#, "<b style='x:\"y\"'>")
                == #"<b style='font-family:"A";x:"y"'>"#)
        #expect(
            try inlined("b{color:/* no */red/**/;margin:0\n 1px;/*;*/}", "<b>")
                == #"<b style="color:red;margin:0  1px">"#)
        #expect(
            try inlined("b{background:url(data:image/png;base64,aa)}", "<b style=x>")
                == #"<b style="background:url(data:image/png;base64,aa);x">"#)
    }

    @Test("branches, alternatives and partials are styled in what surrounds them")
    func dynamic() throws {
        let html = """
            <div class=a>{% if age > 3 %}<b>x</b>{% else %}<b>y</b>{% endif %}\
            {% slot "s" %}{% alt segment "travellers" %}<b>t</b>{% default %}<b>d</b>{% endslot %}\
            {% render "p" %}</div>{% render "q" %}
            """
        let partials = [
            "partials/p.html": "<b>p</b>{% render 'q' %}", "partials/q.html": "<b>q</b><i>q</i>",
        ]
        let styled = try inlined(".a b{color:red} i{color:blue}", html, partials)
        #expect(
            styled.filter { $0 != "\n" } == """
                <div class=a><b style="color:red">y</b><b style="color:red">d</b>\
                <b style="color:red">p</b><b>q</b><i style="color:blue">q</i></div>\
                <b>q</b><i style="color:blue">q</i>
                """)
    }

    @Test("style blocks of partials count where they are rendered")
    func partialStyles() throws {
        let html = try bundle(
            "b{color:red}", "{% render 's' %}<b>x</b>",
            [
                "partials/s.html": "<style>b{color:blue}</style>"
            ]
        ).render().htmlText
        #expect(html.contains(#"<b style="color:blue">x</b>"#))
        #expect(html.contains("<style>b{color:blue}</style>"))
    }

    @Test("values and attributes that depend on the recipient are kept as they are")
    func liquid() throws {
        #expect(
            try inlined(
                "b{color:{{ city | default: 'red' }};margin:0}",
                "<b style=\"x:{{ age | default: 3 }}\" class=\"a\">")
                == #"<b style="color:red;margin:0;x:3" class="a">"#)
        #expect(
            try inlined("b{color:red}", "<b {% if age %}style='x'{% endif %}>{{ city }}</b>")
                == "<b ></b>")
    }

    @Test("a class that depends on the recipient is warned of, its fixed neighbours are not")
    func dynamicClass() throws {
        let html = #"<b class="a {% if age > 3 %}b{% endif %} c">x</b>"#
        let bundle = bundle(".a{color:red}.b{margin:0}.c{top:0}", html)
        #expect(bundle.compile().findings.map(\.code) == ["css-class"])
        #expect(bundle.compile().findings.first?.severity == .warn)
        #expect(
            try bundle.render().htmlText.contains(#"c" style="color:red;top:0">x</b>"#))
    }

    @Test("what only Outlook reads opens nothing for the others")
    func outlook() throws {
        #expect(
            try inlined(
                "td b{color:red}", "<!--[if mso]><td><b>m</b><![endif]--><b>x</b>")
                == #"<!--[if mso]><td><b style="color:red">m</b><![endif]--><b>x</b>"#)
        let conditional = bundle(
            "u{color:red}", "<!--[if mso]><style>b{color:blue}</style><![endif]--><b>x</b>")
        #expect(try conditional.render().htmlText.contains("<b>x</b>"))
    }

    @Test("style blocks in branches and rules with branches are warned of")
    func branches() throws {
        let branch = bundle("u{x:y}", "{% if age %}<style>b{color:red}</style>{% endif %}<b>x</b>")
        #expect(branch.compile().findings.map(\.code) == ["css-branch"])
        let rule = bundle("b{ {% if age > 1 %}color:red{% endif %} } i{top:0}", "<b>x</b><i>y</i>")
        #expect(rule.compile().findings.map(\.code) == ["css-branch"])
        #expect(try rule.render().htmlText.contains(#"<b>x</b><i style="top:0">y</i>"#))
    }

    @Test("without the key nothing is inlined, and the style block stays in either case")
    func off() throws {
        var bundle = bundle("b{color:red}", "<b>x</b>")
        #expect(try bundle.render().htmlText.contains("<style>b{color:red}</style>"))
        bundle.more = "topic: news\naudience: everybody\ntrack: none"
        #expect(try bundle.render().htmlText.contains("<b>x</b>"))
    }

    @Test("more than can be inlined within bounds is refused")
    func bounds() {
        let many = (0..<2100).map { ".c\($0){color:red}" }.joined()
        #expect(bundle(many, "<b>x</b>").compile().findings.map(\.code) == ["css-size"])
        let long = "b{x:" + String(repeating: "y", count: 20_000) + "}"
        let wide = String(repeating: "<b></b>", count: 100)
        #expect(bundle(long, wide).compile().findings.map(\.code) == ["css-size"])
    }

    @Test("hostile style sheets come to an end and spoil nothing")
    func hostile() throws {
        for unit in [
            "a{", "/*", "'", "url(", "a,", "@media{", "}", "\\", "a>b ", "a{b:c;", "((", "u", "@",
            "<!--", "a b c d e f g h i j k l m {x:y}", "{}", "\"\\", "!important",
        ] {
            let css = String(repeating: unit, count: 20_000 / unit.count)
            let mailing = bundle(css, "<a><b>x</b></a>").compile().mailing
            #expect(mailing != nil || unit.contains("{x:y}"), "\(unit)")
        }
        var generator = SplitMix64(seed: 7)
        let pieces = [
            "a", "{ ", "} ", ":", ";", "/*", "*/", "'", "\"", "(", ")", "@x", "url(", ",",
            ">", ".", "#", "b", " ", "\\", "!important", "{{ city }}",
        ]
        for _ in 0..<300 {
            let css = (0..<40).map { _ in
                pieces[Int(generator.next() % UInt64(pieces.count))]
            }.joined()
            #expect(bundle(css, "<a class=b><b id=a>x</b></a>").compile().mailing != nil, "\(css)")
        }
    }
}
