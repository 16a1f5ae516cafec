import Diagnostics
import JSON
import Liquid
import Testing

/// Hostile templates and data: refused with a message or rendered, never a trap, never for ever.
@Suite struct RobustnessTests {
    @Test(
        "Limits are refused with a message, nothing is cut",
        arguments: [
            ("\n {% for i in (1..9999999999) %}{% endfor %}", "loops run more", "2:2"),
            ("x {{ (1..9999999999) | join }}", "a list has more", "1:24"),
            (
                "{% assign s = 'x' %}{% for i in (1..99) %}{% assign s = s | append: s %}{% endfor %}",
                "a text exceeds", "1:61"
            ),
            (
                "{% for i in (1..999999) %}0123456789012345678901234567890123{% endfor %}",
                "output", "1:1"
            ),
            ("{% include 'self' %}", "nested more", "1:1"),
            ("{{ 'aaaaaaaaaa' | replace: '', big }}", "a text exceeds", "1:19"),
        ])
    func limits(template: String, message: String, at: String) throws {
        let big = Value(["big": .string(String(repeating: "y", count: 5_000_000))] as JSON)
        let finding = #expect(throws: Finding.self) {
            try Rendering.plain(template, big, partials: ["self": "{% include 'self' %}"])
        }
        #expect(finding?.message.contains(message) == true)
        #expect(finding?.code == "limit")
        let shown = finding.map { "\($0.position.line):\($0.position.column)" }
        #expect(shown == at)
    }

    @Test(
        "Deep nesting is refused",
        arguments: [
            ("{% if a %}", "{% endif %}"), ("{{ a", " }}"), ("{% liquid ", " %}"),
            ("{% capture a %}", "{% endcapture %}"),
        ])
    func depth(open: String, close: String) {
        let inner = open == "{{ a" ? String(repeating: "[a", count: 5000) : ""
        let count = inner.isEmpty ? 5000 : 1
        let text =
            String(repeating: open, count: count) + inner
            + String(repeating: inner.isEmpty ? "" : "]", count: 5000)
            + String(repeating: close, count: count)
        for mode in [Template.Mode.strict, .mail] {
            #expect(throws: Finding.self) {
                _ = try Template(
                    parsing: TemplateSource(SourceText(path: "a", text: text)), mode: mode)
            }
        }
        _ = try? Rendering.plain(text)
    }

    @Test("Random bytes made of the language's own pieces never trap")
    func random() {
        let pieces = [
            "{{", "}}", "{%", "%}", "-", "if", "endif", "for", "in", "endfor", "case", "when",
            "else", "raw", "endraw", "comment", "endcomment", "liquid", "\n", " ", "a", "b.c",
            "[", "]", "(", ")", "..", "1", "-2.5", "'x'", "\"", "'", "|", "upcase", "slice", ":",
            ",", "==", "contains", "and", "or", "not", "assign", "=", "render", "include", "é",
            "slot", "alt", "default", "endslot", "blocks", "block", "score", "endblocks", "cycle",
            "tablerow", "endtablerow", "capture", "endcapture", "date", "%", "}", "{", "#", "\0",
        ]
        var state: UInt64 = 0x5EED
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let data = Value(["a": [1, "x", nil], "b": ["c": 2.5]] as JSON)
        for _ in 0..<3000 {
            let text = (0..<next(30)).map { _ in pieces[next(pieces.count)] }.joined()
            _ = try? Rendering.plain(text, data)
            _ = try? Rendering.plain(text, data, mode: .strict2)
            _ = try? Rendering.mail(text, data) {
                $0.choices = [0, 1]
                $0.blocks = [[0, 1]]
            }
        }
    }

    @Test("Data of any shape goes through every filter without a trap")
    func filters() {
        let values: [JSON] = [
            nil, true, false, 0, -1, 9_223_372_036_854_775_807, 1e300, -0.5, "", " ", "x",
            "-12.50", "99999999999999999999", "Ł", [], [[1], nil], ["k": 1], "2026-02-29",
            "31.12.2025 25:99", "%", "=",
        ]
        let filters = [
            "size", "downcase", "upcase", "capitalize", "escape", "escape_once", "url_encode",
            "url_decode", "base64_encode", "base64_decode", "base64_url_safe_decode", "slice: w",
            "slice: w, u", "truncate: w", "truncate: w, u", "truncatewords: w", "split: w",
            "strip", "strip_html", "squish", "strip_newlines", "join: w", "sort", "sort: w",
            "sort_natural: w", "where: w", "where: w, u", "reject: w", "has: w", "find: w",
            "find_index: w", "uniq: w", "reverse", "map: w", "compact: w", "replace: w, u",
            "replace_first: w, u", "replace_last: w, u", "remove_last: w", "append: w",
            "concat: w", "newline_to_br", "date: w", "first", "last", "abs", "plus: w",
            "minus: w", "times: w", "divided_by: w", "modulo: w", "round: w", "ceil", "floor",
            "at_least: w", "at_most: w", "default: w", "sum: w",
        ]
        var rendered = 0
        for filter in filters {
            let source = TemplateSource(SourceText(path: filter, text: "{{ x | \(filter) }}"))
            guard let program = try? Program(Template(parsing: source, mode: .strict)) else {
                Issue.record("\(filter) does not compile")
                continue
            }
            var output = RenderOutput()
            for x in values {
                for w in values {
                    let data = Members(
                        [("x", x), ("w", w), ("u", w)].map { (Array($0.0.utf8), Value($0.1)) })
                    let outcome = program.render(
                        RenderInput(data: data, now: Rendering.now), into: &output)
                    if case .done = outcome { rendered += 1 }
                    output.removeAll()
                }
            }
        }
        #expect(rendered > 10_000)
    }
}
