import Core
import Diagnostics
import Testing

@testable import Liquid

/// Programs that share values find what another found, and print what they would print alone.
@Suite struct SharedValuesTests {
    private func program(_ text: String, _ shared: SharedValues?) throws -> Program {
        var options = CompileOptions()
        options.shared = shared
        options.field = { names in
            names.first == "city" ? (0, 1) : names.first == "points" ? (1, 1) : nil
        }
        let source = TemplateSource(SourceText(path: "t", text: text))
        return try Program(Template(parsing: source, mode: .mail), options: options)
    }

    private func render(
        _ program: Program, _ fields: [Value], _ known: inout KnownValues
    ) -> String {
        let data = Members([(Array("links".utf8), .hash(Members([(Array("a".utf8), .int(7))])))])
        var input = RenderInput(data: data, now: .epoch)
        input.fields = fields.map { field in
            if case .string(let bytes) = field { .text(bytes.text) } else { .value(field) }
        }
        input.inSegment = { $0 == "vip" }
        var output = RenderOutput()
        guard case .done = program.render(input, into: &output, knowing: &known) else {
            return "failed"
        }
        return output.bytes.text
    }

    private let texts = [
        "{{ city | default: \"x\" }} {{ city | upcase }} {{ links.a | plus: 1 }}",
        "{{ city | upcase }}{% if points >= 10 %} many{% elsif points %} few{% else %} none{% endif %}",
        "{% if points >= 10 %}+{% elsif points %}-{% else %}0{% endif %}{% if city == \"b\" %}b{% endif %}",
        "{% assign city = \"mine\" %}{{ city | upcase }}{% for points in (9..11) %}{% if points >= 10 %}{{ points | plus: 1 }},{% endif %}{% endfor %}",
        "{% if in_segment \"vip\" and not (points >= 10) %}v{% endif %}{{ city | truncate: 1, \"\" }}{{ city | truncate: 2, \"\" }}",
        "{{ points | plus: 1 }}{{ points | plus: \"1\" }}{{ links.a | append: city }}{{ city | default: 1 | upcase }}",
    ]

    @Test("a render after others prints what it prints alone")
    func same() throws {
        let shared = SharedValues()
        let together = try texts.map { try program($0, shared) }
        let alone = try texts.map { try program($0, nil) }
        for city in [Value.null, .string(Array("b".utf8)), .string(Array("<Łódź>".utf8))] {
            for points in [Value.null, .int(3), .int(10)] {
                var known = KnownValues()
                for _ in 0..<2 {
                    for (one, other) in zip(together, alone) {
                        var nothing = KnownValues()
                        let expected = render(other, [city, points], &nothing)
                        #expect(render(one, [city, points], &known) == expected)
                        #expect(expected != "failed")
                    }
                }
            }
        }
    }

    @Test("equal values and decisions have one number; what a template binds has none")
    func numbers() throws {
        let shared = SharedValues()
        for text in texts { _ = try program(text, shared) }
        // default; upcase; links.a + 1; truncate 1 and 2; + 1 and + "1"; append; default | upcase
        #expect(shared.values.count == 9)
        // many or few; city == b; vip
        #expect(shared.decisions.count == 3)
    }

    @Test("known values are used: what changed behind them is not seen")
    func used() throws {
        let shared = SharedValues()
        let program = try program("{{ city | upcase }}", shared)
        var known = KnownValues()
        #expect(render(program, [.string(Array("a".utf8)), .null], &known) == "A")
        #expect(render(program, [.string(Array("b".utf8)), .null], &known) == "A")
        known = KnownValues()
        #expect(render(program, [.string(Array("b".utf8)), .null], &known) == "B")
    }
}
