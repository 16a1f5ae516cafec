import Core
import Expression
import Store
import Synchronization
import Testing
import Threads

/// Expressions come from files and nest; threads have stacks of 1 MiB.
@Suite struct StackTests {
    struct Nobody: Subject {
        var profile: Int64 { 1 }
        func value(of field: String) -> FieldValue { .number(1) }
        func score(of field: String) -> Score? { nil }
        func isTagged(_ tag: String) -> Bool { false }
        func isSubscribed(to topic: String) -> Bool { false }
        func instants(
            of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
        ) -> [Instant] { [] }
    }

    @Test(
        "the deepest expression that is accepted is read, evaluated and compiled on any thread",
        arguments: [
            ("", "(", "n == 1", ")"), ("", "not (", "n == 1", ")"), ("1 == ", "-(", "n", ")"),
            ("", "not ", "n == 1", ""), ("1 < ", "n + ", "n", ""), ("1 < ", "(n * ", "n", ")"),
            ("'x' == ", "lower(", "t", ")"),
        ])
    func deepest(start: String, open: String, core: String, close: String) throws {
        let count = Mutex(0)
        let thread = WorkThread("deep") {
            let vocabulary = Vocabulary(fields: ["n": .number, "t": .text])
            for depth in stride(from: 110, through: 1, by: -1) {
                let text =
                    start + String(repeating: open, count: depth) + core
                    + String(repeating: close, count: depth)
                guard let condition = try? Expression.condition(text, vocabulary) else { continue }
                _ = try? Evaluator(Nobody(), now: .epoch).evaluate(condition)
                let columns = [
                    "n": FieldColumn(name: "n", type: .number),
                    "t": FieldColumn(name: "t", type: .text),
                ]
                _ = try? ConditionCompiler(columns: columns, now: .epoch).compile(condition)
                count.withLock { $0 += 1 }
            }
        }
        thread.join()
        #expect(count.withLock { $0 } > 20)
    }
}
