internal import Core
internal import Diagnostics
internal import Liquid

/// Whether work grows with the length of a template and no faster, for the shapes that a parser
/// or a renderer is most likely to take badly.
enum Doubling {
    struct Shape: Sendable {
        let name: String
        let mode: Template.Mode
        /// A text about as long as `count` times a constant.
        let text: @Sendable (Int) -> String
    }

    private static func many(_ part: String, _ end: String = "") -> @Sendable (Int) -> String {
        { String(repeating: part, count: $0) + end }
    }

    static let shapes: [Shape] = [
        Shape(name: "{{", mode: .lax, text: many("{{")),
        Shape(name: "{% unclosed", mode: .lax, text: many("{% if a ")),
        Shape(name: "{ alone", mode: .mail, text: many("{ ")),
        Shape(name: "nested if", mode: .lax, text: many("{% if a %}")),
        Shape(name: "flat if", mode: .mail, text: many("{% if a == 'x' %}y{% endif %}")),
        Shape(name: "outputs", mode: .mail, text: many("<b>{{ a }}</b>")),
        Shape(name: "many filters", mode: .lax, text: { "{{ a " + many("| upcase ")($0) + "}}" }),
        Shape(name: "lax filters", mode: .lax, text: { "{{ a ! " + many("| upcase ")($0) + "}}" }),
        Shape(name: "long string", mode: .lax, text: { "{{ '" + many("x")($0 * 8) + "' }}" }),
        Shape(name: "open quotes", mode: .lax, text: { "{{ a " + many("' | x: \"")($0) + "}}" }),
        Shape(name: "brackets", mode: .lax, text: { "{{ a " + many("[b")($0) + "}}" }),
        Shape(name: "dots", mode: .lax, text: { "{{ a" + many(".b")($0) + "}}" }),
        Shape(
            name: "terms", mode: .lax, text: { "{% if a " + many("or a ")($0) + "%}{% endif %}" }),
        Shape(name: "groups", mode: .mail, text: { "{% if " + many("(")($0) + "%}{% endif %}" }),
        Shape(name: "raw", mode: .lax, text: many("{% raw %}")),
        Shape(name: "comments", mode: .lax, text: many("{% comment %}")),
        Shape(
            name: "liquid lines", mode: .lax, text: { "{% liquid\n" + many("echo a\n")($0) + "%}" }),
        Shape(name: "assigns", mode: .lax, text: many("{% assign a = 'x' %}")),
        Shape(name: "names", mode: .lax, text: { (0..<$0).map { "{{ v\($0) }}" }.joined() }),
        Shape(
            name: "strip_html", mode: .lax,
            text: { "{{ '" + many("<")($0 * 8) + "' | strip_html }}" }),
        Shape(
            name: "replace", mode: .lax,
            text: { "{{ '" + many("a")($0 * 8) + "' | replace: 'ab', 'b' }}" }),
    ]

    /// Parses, compiles and renders once.
    static func work(_ text: String, _ mode: Template.Mode) {
        let source = TemplateSource(SourceText(path: "a", text: text))
        var findings: [Finding] = []
        _ = Template(parsing: source, mode: mode, findings: &findings)
        guard let template = try? Template(parsing: source, mode: mode),
            let program = try? Program(template)
        else { return }
        var output = RenderOutput()
        _ = program.render(RenderInput(data: Members([]), now: .epoch), into: &output)
    }

    /// CPU seconds, the best of five.
    private static func measure(_ shape: Shape, _ count: Int) -> Double {
        let text = shape.text(count)
        return (0..<5).map { _ in
            let start = Fuzz.cpuSeconds
            work(text, shape.mode)
            return Fuzz.cpuSeconds - start
        }.min() ?? 0
    }

    /// Prints how much longer each shape takes when it is doubled twice; false when one takes more
    /// than three times as long for twice the length, both times.
    static func report() -> Bool {
        var isLinear = true
        for shape in shapes {
            let times = [4000, 8000, 16_000].map { measure(shape, $0) }
            let ratios = [times[1] / max(times[0], 1e-6), times[2] / max(times[1], 1e-6)]
            let isSteep = ratios.allSatisfy { $0 > 3 } && times[2] > 0.01
            let shown = ratios.map { "\(($0 * 100).rounded() / 100)" }.joined(separator: " ")
            Fuzz.say(
                "\(isSteep ? "STEEP " : "")\(shape.name): \(shown), \(Int(times[2] * 1e6)) us\n")
            if isSteep { isLinear = false }
        }
        return isLinear
    }
}
