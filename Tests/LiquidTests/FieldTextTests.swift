import Diagnostics
import Testing

@testable import Liquid

/// A field that is given as text prints what it prints as a value.
@Suite struct FieldTextTests {
    private static let template = """
        {{ f }}|{{ f | raw }}|{{ f | escape }}|{{ f | default: "none" }}|{{ f | upcase }}
        {% if f == "a&b <c>" %}same{% elsif f %}other{% endif %}{{ f }}{{ f | default: "x" | escape }}
        {% capture c %}[{{ f }}]{% endcapture %}{{ c }}{{ f.size }}{% for i in (1..2) %}{{ f }}{% endfor %}
        """

    private func program(_ shared: SharedValues?, _ escaping: CompileOptions.Escaping) throws
        -> Program
    {
        var options = CompileOptions()
        options.escaping = escaping
        options.shared = shared
        options.field = { $0.first == "f" ? (0, 1) : nil }
        let source = TemplateSource(SourceText(path: "t", text: Self.template))
        return try Program(Template(parsing: source, mode: .mail), options: options)
    }

    private func whole(
        _ program: Program, _ field: RenderInput.Field, sinks: Bool, _ known: inout KnownValues
    ) -> [UInt8] {
        var input = RenderInput(data: Members([]), now: Rendering.now)
        input.fields = [field]
        let sink = TextSink(program)
        if sinks { input.sink = sink }
        var output = RenderOutput()
        guard case .done = program.render(input, into: &output, knowing: &known) else {
            return Array("failed".utf8)
        }
        return sinks ? sink.bytes : output.bytes
    }

    @Test(
        "printed, given to a sink, escaped, raw, captured, compared and filtered alike",
        arguments: ["plain words", "a&b <c>", "Łódź \"x\"", "", " ", "7"])
    func alike(_ text: String) throws {
        let shared = SharedValues()
        let programs = [
            try program(nil, .html), try program(shared, .html), try program(shared, .none),
            try program(shared, .html),
        ]
        for sinks in [false, true] {
            var (asText, asValue) = (KnownValues(), KnownValues())
            for program in programs {
                let expected = whole(program, .value(Value(text)), sinks: sinks, &asValue)
                #expect(whole(program, .text(text), sinks: sinks, &asText) == expected)
                #expect(expected != Array("failed".utf8))
            }
        }
    }
}
