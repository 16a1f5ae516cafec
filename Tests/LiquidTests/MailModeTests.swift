import Core
import Diagnostics
import JSON
import Liquid
import Testing

@Suite struct MailModeTests {
    static let data = Value(
        [
            "name": "O'Neil & <b>", "points": 5, "spaces": "  ",
            "profile": ["first_name": "Ann", "birthday": nil],
        ] as JSON)

    @Test(
        "The HTML part escapes what it prints, once",
        arguments: [
            ("{{ name }}", "O&#39;Neil &amp; &lt;b&gt;"),
            ("{{ name | raw }}", "O'Neil & <b>"),
            ("{{ name | escape }}", "O&#39;Neil &amp; &lt;b&gt;"),
            ("{{ name | escape_once }}", "O&#39;Neil &amp; &lt;b&gt;"),
            ("{{ name | append: '\n' | newline_to_br }}", "O&#39;Neil &amp; &lt;b&gt;<br />\n"),
            ("{{ points }}{{ missing }}", "5"),
            ("<a title=\"x\">{{ 'y' }}</a>", "<a title=\"x\">y</a>"),
        ])
    func escaping(template: String, expected: String) throws {
        #expect(try Rendering.mail(template, Self.data) == expected)
    }

    @Test("Subject and text part do not escape")
    func plainPart() throws {
        #expect(try Rendering.mail("{{ name }}", Self.data, escaping: .none) == "O'Neil & <b>")
    }

    @Test(
        "Conditions know not, parentheses and segments, and are two-valued",
        arguments: [
            ("not points == 5", false), ("not not points == 5", true),
            ("(points > 3 or points < 1) and profile.first_name == 'Ann'", true),
            ("points > 3 and (points < 1 or not in_segment \"cars\")", true),
            ("in_segment \"travellers\"", true), ("in_segment \"cars\"", false),
            ("nosuch != 'x'", false), ("not nosuch == 'x'", true),
            ("profile.birthday == blank", true), ("spaces != blank", false),
            ("(1..5) contains points", true), ("'abc' contains 'b'", true),
        ])
    func conditions(condition: String, holds: Bool) throws {
        let shown = try Rendering.mail("{% if \(condition) %}yes{% endif %}", Self.data) {
            $0.inSegment = { $0 == "travellers" }
        }
        #expect(shown == (holds ? "yes" : ""))
    }

    @Test("A slot shows the alternative that was chosen, and nothing when none was")
    func slots() throws {
        let template = """
            {% slot "hero" %} {% alt segment "travellers" %}T{% alt "cars" when a >= (3 + 4) %}C\
            {{ points }}{% default %}D{% endslot %}\
            {% slot "foot" optional %}{% alt "x" when true %}X{% endslot %}
            """
        for (choices, expected) in [([0, 0], "TX"), ([1, -1], "C5"), ([2, 9], "D"), ([], "")] {
            #expect(try Rendering.mail(template, Self.data) { $0.choices = choices } == expected)
        }
    }

    @Test("The tree keeps conditions and scores as text with their places")
    func slotTree() throws {
        let source = TemplateSource(
            SourceText(
                path: "a.html",
                text:
                    "{% slot \"s\" %}{% alt \"c\" when x is not blank %}{% default %}{% endslot %}")
        )
        let template = try Template(parsing: source, mode: .mail)
        guard case .slot(let slot) = template.nodes.first,
            case .condition(let text, let place) = slot.alternatives[0].rule
        else {
            Issue.record("no slot")
            return
        }
        #expect(slot.alternatives.map(\.name) == ["c", "default"])
        #expect(text == "x is not blank")
        #expect(place.offset == 30)
    }

    @Test("Blocks come in the order given")
    func blocks() throws {
        let template = """
            {% blocks limit: 2 %}{% block "a" score: interests.a %}A{% endblock %}
            {% block "b" score: interests.b * 2 %}B{% endblock %}{% endblocks %}
            """
        #expect(try Rendering.mail(template) { $0.blocks = [[1, 0]] } == "BA")
        #expect(try Rendering.mail(template) { $0.blocks = [[0]] } == "A")
        #expect(try Rendering.mail(template) == "")
    }

    @Test("abort and require end a render with a reason")
    func aborts() throws {
        #expect(throws: Rendering.Aborted(reason: "no order")) {
            try Rendering.mail(
                "a{% if points == 5 %}{% abort \"no order\" %}{% endif %}", Self.data)
        }
        #expect(throws: Rendering.Aborted(reason: "profile.birthday is blank")) {
            try Rendering.mail("{% require profile.birthday %}", Self.data)
        }
        #expect(try Rendering.mail("{% require profile.first_name %}x", Self.data) == "x")
    }

    @Test(
        "What is wrong is refused with its place and a near name",
        arguments: [
            ("a\n{{ x | upcas }}", "2:8", "unknown-filter", "upcase"),
            ("{{ x | truncate: 1, 2, 3 }}", "1:8", "filter-arguments", "0 to 2"),
            ("{{ x | default }}", "1:8", "filter-arguments", "1 argument"),
            ("{{ 1 | divided_by: 0 }}", "1:8", "filter-argument", "0"),
            ("{{ x | plus: \"three\" }}", "1:8", "filter-argument", "number, not text"),
            ("{{ \"a\" | times: 2 }}", "1:10", "filter-argument", "number, not text"),
            ("{{ x | round: true }}", "1:8", "filter-argument", "number"),
            ("{{ x | slice: 2.5 }}", "1:8", "filter-argument", "whole number"),
            ("{% if '2' > 1 %}{% endif %}", "1:11", "type", "text"),
            ("{% slto \"a\" %}", "1:1", "unknown-tag", "slot"),
            ("{% if a == “x” %}{% endif %}", "1:12", "typographic-quote", "write"),
            ("{% if a and b or c %}{% endif %}", "1:15", "mixed-and-or", "parentheses"),
            ("{% if a startswith 'x' %}{% endif %}", "1:9", "syntax", "operator"),
            ("{% case a %}{% endcase %}", "1:1", "syntax", "without \"when\""),
            ("{% case a %}A{% when 1 %}B{% endcase %}", "1:1", "syntax", "never printed"),
            ("{% case a %}{% else %}A{% when 1 %}B{% endcase %}", "1:24", "syntax", "\"else\""),
            ("{% if a %}x", "1:1", "unclosed-tag", "if"),
            ("{% if a %}{% endfor %}", "1:11", "unexpected-tag", "if"),
            ("{% slot \"s\" %}{% alt \"a\" when b %}{% endslot %}", "1:1", "missing-default", "s"),
            ("{% if a %}{% slot \"s\" %}{% endslot %}{% endif %}", "1:11", "misplaced-slot", "if"),
            (
                "{% for a in b %}{% blocks %}{% endblocks %}{% endfor %}", "1:17",
                "misplaced-blocks", "for"
            ),
            ("{% slot \"s\" %}text{% default %}{% endslot %}", "1:1", "syntax", "blanks"),
            (
                "{% slot \"s\" %}{% default %}{% alt \"a\" when b %}{% endslot %}", "1:28",
                "syntax", "default"
            ),
            ("{{ }}", "1:4", "syntax", "value"), ("{{ a b }}", "1:6", "syntax", "end"),
            ("{% include 'x' %}", "1:1", "unknown-tag", "include"),
            ("{% render 'footr' %}", "1:1", "unknown-partial", "footer"),
            ("{% render 'loop' %}", "1:1", "partial-cycle", "loop → loop"),
            ("{{ x | raw | upcase }}", "1:8", "misplaced-raw", "last"),
            ("{% if a %}{% break %}{% endif %}", "1:11", "misplaced-break", "loop"),
            ("{{ x", "1:1", "syntax", "}}"), ("{% if x", "1:1", "syntax", "%}"),
        ])
    func refusals(template: String, at: String, code: String, word: String) throws {
        let partials = ["footer": "f", "loop": "{% render 'loop' %}"]
        let finding = #expect(throws: Finding.self) {
            try Rendering.mail(template, partials: partials)
        }
        let shown = finding.map { "\($0.position.line):\($0.position.column)" }
        #expect(finding?.code == code)
        #expect(shown == at)
        #expect(finding?.message.contains(word) == true)
    }

    @Test("Lint goes on behind a wrong tag and finds the next")
    func manyFindings() {
        let source = TemplateSource(
            SourceText(
                path: "a",
                text: "{{ a | nope }}\n{% if b ~ %}{{ c | slice }}{% endif %}{{ d }\n{% if x"))
        var findings: [Finding] = []
        #expect(Template(parsing: source, mode: .mail, findings: &findings) == nil)
        #expect(findings.map(\.position.line) == [1, 2, 2, 2, 3])
        #expect(findings.map(\.position.column) == [8, 9, 20, 39, 1])
    }

    @Test(
        "An output without its end is told where it begins, and what it would swallow is kept",
        arguments: [
            ("{{ a <b>x</b>{{ c }}", "<b>x</b>"), ("{{ a\nx {{ c }}", "\nx "),
            ("{{ a, \"b\"> {{ c }}", "\"> "), ("{{ a {{ c }}", nil), ("{{ a } x {{ c }}", " x "),
            ("{{ a", nil), ("{{{{ c }}", nil),
        ])
    func swallowed(text: String, kept: String?) {
        var findings: [Finding] = []
        let source = TemplateSource(SourceText(path: "a", text: text))
        let template = Template(parsing: source, mode: .mail, findings: &findings)
        #expect(findings.map(\.position.column) == [1])
        let texts = template?.nodes.compactMap { node in
            if case .text(let text) = node {
                String(decoding: text.bytes, as: UTF8.self)
            } else {
                nil
            }
        }
        #expect(texts == (kept.map { [$0] } ?? []))
    }

    @Test("A partial has a scope of its own, yet sees fields and the links of maild")
    func partials() throws {
        let shown = try Rendering.mail(
            "{% assign x = 1 %}{% render 'footer', year: 2026 %}{{ year }}", Self.data,
            partials: ["footer": "[{{ x }}{{ year }}{{ profile.first_name }}]"])
        #expect(shown == "[2026Ann]")
    }

    @Test("An argument of a partial is never taken for the field of its name")
    func argumentShadowsField() throws {
        let source = TemplateSource(
            SourceText(
                path: "a", text: "{{ city }}{% render 'p' %}{% render 'p', city: 'arg' %}"))
        var options = CompileOptions()
        options.field = { $0 == ["city"] ? (0, 1) : nil }
        options.partial = { _ in SourceText(path: "p", text: "[{{ city }}]") }
        let program = try Program(Template(parsing: source, mode: .mail), options: options)
        var input = RenderInput(data: Members([]), now: Rendering.now)
        input.fields = [.text("Łódź")]
        var output = RenderOutput()
        _ = program.render(input, into: &output)
        #expect(output.bytes.text == "Łódź[Łódź][arg]")
    }

    @Test("Paths that the compiler was told of are read by number")
    func fields() throws {
        let source = TemplateSource(
            SourceText(
                path: "a",
                text: "{{ profile.interests.travel }} {{ profile.name.size }} {{ other.x }}"))
        var options = CompileOptions()
        options.field = { names in
            switch names.prefix(3) {
            case ["profile", "interests", "travel"]: (0, 3)
            case ["profile", "name", "size"]: (1, 2)
            default: nil
            }
        }
        let program = try Program(Template(parsing: source, mode: .mail), options: options)
        var input = RenderInput(data: Members([]), now: Rendering.now)
        input.fields = [.value(.int(7)), .text("Łódź")]
        var output = RenderOutput()
        guard case .done = program.render(input, into: &output) else {
            Issue.record("not rendered")
            return
        }
        #expect(output.bytes.text == "7 4 ")
    }

    @Test("Links print prefix and number; a personal target is kept for the merge row")
    func links() throws {
        let source = TemplateSource(
            SourceText(path: "a", text: "https://x.example/?n={{ name }}&amp;q=1"))
        let target = try Template(parsing: source, mode: .mail).nodes
        let place = Place(source, 0)
        let fixed: [Node] = [.text(.init(Array("https://x.example/".utf8), at: place))]
        let template = Template(
            source: source, mode: .mail,
            nodes: [
                .link(.init(number: 2, target: fixed, at: place)),
                .text(.init([0x20], at: place)),
                .link(.init(number: 0, target: target, at: place)),
            ])
        var options = CompileOptions()
        options.escaping = .html
        let program = try Program(template, options: options)
        var input = RenderInput(data: Rendering.members(Self.data), now: Rendering.now)
        input.linkPrefix = Array("/c/T/".utf8)
        input.linkCount = 2
        var output = RenderOutput()
        guard case .done = program.render(input, into: &output) else {
            Issue.record("not rendered")
            return
        }
        #expect(output.bytes.text == "/c/T/2 /c/T/3")
        #expect(output.personalTargets.count == 1)
        #expect(
            Array(output.personalTargets[0]).text
                == "https://x.example/?n=O'Neil & <b>&amp;q=1")
    }
}
