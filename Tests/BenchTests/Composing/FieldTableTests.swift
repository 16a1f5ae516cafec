import Core
import Expression
import Rules
import Testing

@testable import Bench

@Suite struct FieldTableTests {
    @Test("without rules, fields are what their first values are")
    func inferred() throws {
        let lines = """
            {"profile": {"first_name": "Ann", "email": "ann@example.org", "vip": true}, "n": null}
            {"profile": {"first_name": 3, "order": {"sum": 2.5}, "tags": ["a", "b"]}, "n": 4}

            """
        let table = try FieldTable(Array(lines.utf8), named: "p.jsonl", rules: nil)
        #expect(
            table.rules.fields.mapValues(\.type).filter { !$0.key.hasPrefix("purchases.") } == [
                "first_name": .text, "vip": .flag, "order.sum": .number, "tags": .text,
                "n": .number,
            ])
        let (ann, other) = (table.people[0], table.people[1])
        #expect(ann.address.text == "ann@example.org")
        #expect(ann.value(of: "email") == .text("ann@example.org"))
        #expect(ann.value(of: "first_name") == .text("Ann"))
        #expect(ann.value(of: "n") == .missing)
        #expect(other.address.text == "reader2@example.org")
        #expect(other.value(of: "first_name") == .missing)
        #expect(other.value(of: "order.sum") == .number(2.5))
        #expect(other.value(of: "tags") == .list(["a", "b"]))
    }

    @Test("declared fields are read as their types, and no others")
    func declared() throws {
        var rules = LoopRules()
        for (name, type) in [("born", FieldType.date), ("interest", .score), ("age", .number)] {
            rules.fields[name] = FieldRule(name: name, type: type)
        }
        let line = #"{"born": "2001-02-03", "interest": 4, "age": "old", "city": "Bonn"}"#
        let person = try FieldTable(Array(line.utf8), named: "p.jsonl", rules: rules).people[0]
        #expect(person.value(of: "born") == Instant("2001-02-03").map(FieldValue.date))
        #expect(person.score(of: "interest")?.value(at: .epoch) == 4)
        #expect(person.value(of: "age") == .missing)
        #expect(person.value(of: "city") == .missing)
    }

    @Test("a line that is no object is named")
    func refused() {
        #expect(throws: Options.Invalid.self) {
            try FieldTable(Array("{}\n[]\n".utf8), named: "p.jsonl", rules: nil)
        }
    }
}
