import Core
import Expression
import JSON
import Rules
import Store

extension EventRecord {
    /// The built-in action of sales and refunds, which keeps the fields `purchases.…`: so that what
    /// crosses a threshold by them fires triggers, as with any action. Nil for other events.
    ///
    /// The store says what they come to. A sale that was recorded without an order, as a replay
    /// does, is counted by itself.
    var purchaseKeeping: ActionBinding? {
        guard kind == .sale || kind == .refund else { return nil }
        let operations = data["purchases"].map(Self.kept) ?? counted
        guard !operations.isEmpty else { return nil }
        return .named(ActionRule(name: "purchases", on: kind, operations: operations, once: nil))
    }

    private static func kept(_ purchases: JSON) -> [Operation] {
        var operations: [Operation] = []
        if let count = literal(number: purchases["count"]) {
            operations.append(.set(field: "purchases.count", count))
        }
        if let total = literal(number: purchases["total"]) {
            operations.append(.set(field: "purchases.total", total))
        }
        if let last = purchases["last"]?.string.flatMap({ literal($0) }) {
            operations.append(.set(field: "purchases.last", last))
        } else {
            operations.append(.clear(field: "purchases.last"))
        }
        return operations
    }

    private var counted: [Operation] {
        var operations: [Operation] = []
        if kind == .sale, let one = Self.literal("1"), let last = Self.literal(at.rfc3339) {
            operations = [.add(field: "purchases.count", one), .set(field: "purchases.last", last)]
            if let total = Self.literal(number: data["total"]) {
                operations.append(.add(field: "purchases.total", total))
            }
        } else if let total = Self.literal(number: data["total"]) {
            operations.append(.subtract(field: "purchases.total", total))
        }
        return operations
    }

    private static func literal(number json: JSON?) -> Expression? {
        json?.number.flatMap { literal("\($0)") }
    }

    private static func literal(_ text: String) -> Expression? {
        try? Expression.value(text, Vocabulary())
    }
}
