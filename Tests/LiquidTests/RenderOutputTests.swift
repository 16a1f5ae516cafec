import Diagnostics
import Testing

@testable import Liquid

/// What a kept buffer and a sink do to a render.
@Suite struct RenderOutputTests {
    private static let template = """
        <p>{{ name }}</p>
        {% for item in items %}<li>{{ item }}, {{ forloop.index }}</li>{% endfor %}
        {% capture note %}captured {{ name }}{% endcapture %}{% if vip %}very{% endif %}
        {{ note }}{% assign n = name %}{{ n }}{% increment n %} {{ a.b }}{{ a.b }} end
        """

    private func program(_ text: String = template) throws -> Program {
        let source = TemplateSource(SourceText(path: "t", text: text))
        return try Program(Template(parsing: source, mode: .lax))
    }

    private func person(_ members: [(String, Value)]) -> RenderInput {
        RenderInput(
            data: Members(members.map { (Array($0.utf8), $1) }), now: Rendering.now)
    }

    private var people: [RenderInput] {
        let nested = Members([(Array("b".utf8), Value("deep"))])
        return [
            person([
                ("name", Value("Ann")), ("items", .array([Value("x"), .int(2)])),
                ("vip", .bool(true)), ("a", .hash(nested)),
            ]),
            person([]), person([("name", Value("Bo")), ("a", .int(1))]),
        ]
    }

    @Test("nothing of one person is left for the next in a buffer that is used again")
    func reuse() throws {
        let program = try program()
        var kept = RenderOutput()
        for person in people + people.reversed() {
            var fresh = RenderOutput()
            kept.removeAll()
            guard case .done = program.render(person, into: &fresh),
                case .done = program.render(person, into: &kept)
            else {
                Issue.record("the render fails")
                return
            }
            #expect(kept.bytes == fresh.bytes)
        }
    }

    @Test("the pieces that a sink is given are together the whole text")
    func pieces() throws {
        let program = try program()
        for var person in people {
            var whole = RenderOutput()
            _ = program.render(person, into: &whole)
            let sink = TextSink(program)
            person.sink = sink
            var rest = RenderOutput()
            _ = program.render(person, into: &rest)
            #expect(sink.bytes == whole.bytes)
            #expect(sink.literalCount > 0 && rest.bytes.isEmpty)
        }
    }

    @Test(
        "shared values are given to a sink once, and printed as without: escaped, raw, in Ruby's notation",
        arguments: [
            "{{ p.a }}<{{ p.a | raw }}>{{ p.a | escape }}{{ p.a }}",
            "{{ p.a | raw }}{{ p.a }}{{ p.plain }}{{ p.plain | raw }}{{ p.plain }}",
            "{{ p.plain | raw }}{{ p.plain }}{{ p.none | raw }}{{ p.none }}{{ p.plain }}",
            "{{ p.list }}{{ p.list | escape }}{{ p.list | join }}{{ p.none }}{{ p.list }}",
            "{% capture c %}{{ p.a }}{% endcapture %}{{ c }}{% if p.a %}{{ p.a | upcase }}{% endif %}"
                + "{{ p.a }}{{ p.a }}",
        ])
    func sharedPieces(template: String) throws {
        let source = TemplateSource(SourceText(path: "t", text: template))
        var options = CompileOptions()
        options.escaping = .html
        let parsed = try Template(parsing: source, mode: .mail)
        let alone = try Program(parsed, options: options)
        options.shared = SharedValues()
        let sharing = try Program(parsed, options: options)
        let values = Members([
            (Array("a".utf8), Value("a<b>&\"c\"")),
            (Array("plain".utf8), Value("Ł 7")),
            (Array("list".utf8), .array([Value("x<"), .int(1)])),
        ])
        var input = person([("p", .hash(values))])
        var whole = RenderOutput()
        _ = alone.render(input, into: &whole)
        var known = KnownValues()
        for _ in 0..<2 {
            let sink = TextSink(sharing)
            input.sink = sink
            var rest = RenderOutput()
            _ = sharing.render(input, into: &rest, knowing: &known)
            #expect(sink.bytes == whole.bytes)
            #expect(sink.againCount > 0)
        }
    }

    @Test("what a sink is given counts towards the limit of the output")
    func limit() throws {
        let program = try program("{% for i in (1..100) %}0123456789{% endfor %}")
        var input = person([])
        let sink = TextSink(program)
        input.sink = sink
        input.limits.outputBytes = 900
        var output = RenderOutput()
        guard case .failed(let finding) = program.render(input, into: &output) else {
            Issue.record("it is within the limit")
            return
        }
        #expect(finding.code == "limit")
    }

    @Test("a path of the data is looked up anew for each person")
    func dataPaths() throws {
        let program = try program("{{ a.b }}{{ a.b }}{{ a.c | default: 'none' }}")
        #expect(program.dataPaths.count == 2)
        for text in ["one", "two"] {
            let nested = Members([(Array("b".utf8), Value(text))])
            var output = RenderOutput()
            _ = program.render(person([("a", .hash(nested))]), into: &output)
            #expect(output.bytes.text == "\(text)\(text)none")
        }
    }

    @Test(
        "a path is not taken for the data's where the template may bind its first name",
        arguments: [
            ("{% for a in items %}{{ a.b }}{% endfor %}{{ a.b }}", ""),
            ("{{ a.b }}{% assign a = c %}{{ a.b }}", "1"),
            ("{{ a.b }}{% include 'p' %}{{ a.b }}", "1"),
        ])
    func bound(template: String, expected: String) throws {
        let data = Members([
            (Array("a".utf8), .hash(Members([(Array("b".utf8), .int(1))]))),
            (Array("items".utf8), .array([])), (Array("c".utf8), .int(0)),
        ])
        let shown = try Rendering.plain(
            template, .hash(data), partials: ["p": "{% assign a = c %}"])
        #expect(shown == (expected.isEmpty ? "1" : expected))
    }
}
