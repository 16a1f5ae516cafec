import Diagnostics
import JSON
import Liquid
import Testing

/// What mail mode adds to conditions: the tree, and which leaves are left to room Expression.
@Suite struct MailConditionTests {
    private func condition(_ text: String) throws -> Condition {
        let source = TemplateSource(
            SourceText(path: "a.html", text: "{% if \(text) %}x{% endif %}"))
        let template = try Template(parsing: source, mode: .mail)
        guard case .conditional(let node)? = template.nodes.first,
            let condition = node.branches.first?.condition
        else { throw NoCondition() }
        return condition
    }

    private struct NoCondition: Error {}

    /// The tree on one line: `L` a leaf of Liquid's, `S` a segment, the rest as text.
    private func shown(_ condition: Condition) -> String {
        switch condition {
        case .truth, .comparison: "L"
        case .and(let a, let b): "(\(shown(a)) & \(shown(b)))"
        case .or(let a, let b): "(\(shown(a)) | \(shown(b)))"
        case .not(let inner): "!\(shown(inner))"
        case .inSegment: "S"
        case .expression(let text, _): "[\(text)]"
        }
    }

    @Test(
        "Liquid keeps its own leaves, the expression language gets the others",
        arguments: [
            ("a", "L"), ("a == 'x'", "L"), ("not a", "!L"), ("not not a.b > 3", "L"),
            ("(1..3) contains a", "L"), ("((a))", "L"), ("a contains 'and (or)'", "L"),
            ("in_segment \"x y\"", "S"), ("in_segment(\"x\")", "[in_segment(\"x\")]"),
            ("a is blank", "[a is blank]"), ("not a is not blank", "![a is not blank]"),
            ("a in (\"DE\", 'AT')", "[a in (\"DE\", 'AT')]"),
            ("a not in (1, 2) and b", "([a not in (1, 2)] & L)"),
            ("a starts_with 'x' or (b and not c)", "([a starts_with 'x'] | (L & !L))"),
            ("(age + 1) * 2 > 3", "[(age + 1) * 2 > 3]"), ("age - 1 > 3", "[age - 1 > 3]"),
            ("(age + 1) % 2 == 0 and (a)", "([(age + 1) % 2 == 0] & L)"),
            ("born < 2026-12-01", "[born < 2026-12-01]"),
            ("born > 2026-12-01T09:00Z", "[born > 2026-12-01T09:00Z]"),
            ("born + 30d > now", "[born + 30d > now]"), ("born < now", "L"),
            ("lower(a) == 'x'", "[lower(a) == 'x']"), ("tagged \"and\"", "[tagged \"and\"]"),
            ("subscribed \"news\" and a", "([subscribed \"news\"] & L)"),
            ("sample(10%, \"seed\")", "[sample(10%, \"seed\")]"),
            (
                "clicked(\"autumn\", within: 30d) or opened(any)",
                "([clicked(\"autumn\", within: 30d)] | [opened(any)])"
            ),
        ])
    func tree(text: String, expected: String) throws {
        #expect(shown(try condition(text)) == expected)
    }

    @Test(
        "What is neither is refused where it stands",
        arguments: [
            ("", "1:1"), ("a and", "1:12"), ("and a", "1:7"), ("(a", "1:7"), ("a)", "1:8"),
            ("not", "1:10"), ("a or b and c", "1:14"), ("(a or b and c)", "1:15"),
            ("a startswith 'x'", "1:9"), ("a == “x”", "1:12"), ("a in (“x”)", "1:13"),
            ("a == 'x", "1:12"), ("a = 1", "1:9"), ("a == 1 == 1", "1:14"), ("()", "1:8"),
        ])
    func refused(text: String, at: String) throws {
        let finding = #expect(throws: Finding.self) { try condition(text) }
        #expect(finding.map { "\($0.position.line):\($0.position.column)" } == at)
    }

    @Test("Depth and length are limited, and neither costs more than its text")
    func limits() {
        for text in [
            String(repeating: "(", count: 5000) + "a" + String(repeating: ")", count: 5000),
            String(repeating: "a or ", count: 5000) + "a",
            String(repeating: "(a or (b and (", count: 60) + "c"
                + String(repeating: ")))", count: 60),
        ] {
            let finding = #expect(throws: Finding.self) { try condition(text) }
            #expect(finding?.code == "nesting")
        }
    }

    @Test("An answer is asked for only where a condition comes to it; without one the render fails")
    func answers() throws {
        var asked: [String] = []
        let template = "{% if a or x is blank %}1{% endif %}{% if b or y is blank %}2{% endif %}"
        let shown = try Rendering.mail(template, Value(["a": true] as JSON)) {
            $0.holds = {
                asked.append($0)
                return true
            }
        }
        #expect(shown == "12")
        #expect(asked == ["y is blank"])
        let finding = #expect(throws: Finding.self) { try Rendering.mail(template) }
        #expect(finding?.message.contains("x is blank") == true)
        #expect(finding?.position == SourcePosition(line: 1, column: 1))
    }
}
