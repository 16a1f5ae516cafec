import JSON
import Testing

@testable import Bench

@Suite struct ExprCommandTests {
    private func answer(_ text: String, _ more: String, to store: ExprStore) throws -> JSON {
        let condition = JSON.string(text).text
        let json = try JSON(parsing: "{\"id\": \"case\", \"where\": \(condition), \(more)}")
        return .object(JSON.Object(exprAnswer(to: json, store)))
    }

    @Test("Both evaluators give the answers that were worked out by hand")
    func answers() throws {
        let store = try ExprStore()
        for (text, expected) in ExprTable.answers {
            let answer = try answer(
                text, "\(ExprTable.person), \(ExprTable.segments)", to: store)
            guard let expected else {
                #expect(answer["error"]?.string != nil, "\(text): \(answer.text)")
                #expect(answer["column"] == .null && answer["memory"] == nil, "\(text)")
                continue
            }
            #expect(answer["memory"] == .bool(expected), "memory: \(text): \(answer.text)")
            #expect(answer["sql"] == .bool(expected), "SQL: \(text): \(answer.text)")
        }
    }

    @Test("What is refused is refused at its column")
    func refusals() throws {
        let store = try ExprStore()
        for (text, column) in ExprTable.refusals {
            let answer = try answer(
                text, "\(ExprTable.person), \(ExprTable.segments)", to: store)
            #expect(answer["error"]?.string != nil, "\(text): \(answer.text)")
            #expect(answer["column"] == .integer(Int64(column)), "\(text): \(answer.text)")
        }
    }

    @Test(
        "A null field without a type has the type that the condition gives it",
        arguments: [
            ("x == 5", false), ("not x == 'a'", true), ("x < now", false), ("x", false),
            ("not x", true), ("x + 1 > 2 or x is blank", true), ("lower(x) == 'a'", false),
            ("x - y > 3d", false), ("x contains 'a' or not y > 3", true),
        ])
    func untyped(text: String, expected: Bool) throws {
        let more = #""now": "2026-11-21T12:00:00Z", "fields": {"x": null, "y": null}"#
        let answer = try answer(text, more, to: try ExprStore())
        #expect(answer == ["memory": .bool(expected), "sql": .bool(expected)])
    }

    @Test(
        "Whatever a field is called, it is found",
        arguments: ["id", "größe", "created", "a.b.c", "f0", "select", "Any_Case", "e\u{301}"])
    func names(name: String) throws {
        let more = "\"now\": \"2026-11-21T12:00:00Z\", \"fields\": {\"\(name)\": 3, \"f1\": 4}"
        let answer = try answer("\(name) == 3 and f1 == 4", more, to: try ExprStore())
        #expect(answer == ["memory": true, "sql": true])
    }

    @Test("A sample is as large as it should be, and the same whenever it is asked")
    func sample() throws {
        let store = try ExprStore()
        func drawn(_ seed: String) throws -> [Bool] {
            try (1...400).map { id in
                let json = try JSON(
                    parsing: """
                        {"id": \(id), "where": "sample(25%, '\(seed)')",
                        "now": "2026-11-21T12:00:00Z"}
                        """)
                let answer = JSON.object(JSON.Object(exprAnswer(to: json, store)))
                #expect(answer["memory"] == answer["sql"])
                return answer["sql"] == true
            }
        }
        let first = try drawn("a")
        #expect((70...130).contains(first.count { $0 }))
        #expect(try drawn("a") == first)
        #expect(try drawn("b") != first)
    }

    @Test(
        "A line that makes no sense is answered with an error",
        arguments: [
            #"{"now": "2026-11-21T12:00:00Z"}"#, #"{"where": "true"}"#,
            #"{"where": "true", "now": "yesterday"}"#,
            #"{"where": "true", "now": "2026-11-21T12:00:00Z", "fields": {"d": "x"}, "field_types": {"d": "date"}}"#,
            #"{"where": "true", "now": "2026-11-21T12:00:00Z", "field_types": {"d": "colour"}}"#,
            #"{"where": "true", "now": "2026-11-21T12:00:00Z", "events": [{"kind": "click"}]}"#,
            #"{"where": "true", "now": "2026-11-21T12:00:00Z", "segments": {"a": "in_segment 'b'", "b": "in_segment 'a'"}}"#,
        ])
    func unusable(line: String) throws {
        let answer = exprAnswer(to: try JSON(parsing: line), try ExprStore())
        #expect(answer.map(\.0) == ["error", "column"])
    }
}
