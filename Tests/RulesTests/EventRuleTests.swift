import Core
import Diagnostics
import Expression
import Rules
import Testing

@Suite struct EventRuleTests {
    private static let events = """
        [event order]
        values = total: number, sku: text, paid: flag, placed: date
        [field spent]
        type = number
        [field rank]
        type = choice
        values = a, b

        """

    private func read(_ text: String) -> RulesReader {
        RulesReader([SourceText(path: "loop.conf", text: Self.events + text)])
    }

    @Test("an action on a declared event may ask its values, by their types")
    func declared() {
        let reader = read(
            """
            [action a]
            on = order
            do = spent += event.total
            do = tag "x"
            """)
        #expect(reader.findings.isEmpty)
        #expect(reader.rules.actions(on: EventKind("order")).map(\.name) == ["a"])
        #expect(reader.rules.actions["a"]?.operations.map(\.asksEvent) == [true, false])
    }

    @Test(
        "built-in kinds have values of their own, and every event its common ones",
        arguments: [
            ("sale", "spent += event.total"), ("lead", "spent = event.value"),
            ("click", "rank = event.link"), ("visit", "rank = event.page"),
            ("answer", "rank = event.answer"), ("bounce", "spent += 1"),
            ("import", "rank = event.source"), ("complaint", "rank = event.mailing"),
        ])
    func builtIn(kind: String, operation: String) {
        #expect(read("[action a]\non = \(kind)\ndo = \(operation)").findings.isEmpty)
    }

    @Test(
        "a value that the event does not have, or of the wrong type, is refused at its place",
        arguments: [
            ("on = order\ndo = spent += event.totl", "unknown-field", 15),
            ("on = order\ndo = spent += event.sku", "type", 12),
            ("on = click\ndo = spent += event.total", "unknown-field", 15),
            ("do = spent += event.total", "unknown-field", 15),
        ])
    func refused(lines: String, code: String, column: Int) throws {
        let finding = try #require(read("[action a]\n" + lines).findings.first)
        #expect(finding.code == code)
        #expect(finding.position.column == column)
    }

    @Test("where no event is at hand, its values are unknown")
    func elsewhere() {
        #expect(
            read("[segment s]\nwhere = event.total > 1").findings.map(\.code) == ["unknown-field"])
    }
}
