/// A filter: its name, what it takes, what it does.
struct Filter: Sendable {
    typealias Function =
        @Sendable (Value, FilterArguments, inout Machine) throws(Stop) -> Value

    let name: String
    /// How many arguments it takes.
    let arguments: ClosedRange<Int>
    let apply: Function

    init(_ name: String, _ arguments: ClosedRange<Int> = 0...0, _ apply: @escaping Function) {
        self.name = name
        self.arguments = arguments
        self.apply = apply
    }
}

/// What a filter was given besides its input; no filter takes more than two values.
struct FilterArguments {
    var count = 0
    var first: Value = .null
    var second: Value = .null
    /// `default: …, allow_false: true`
    var allowsFalse = false
}

/// A filter with its arguments, ready to be applied.
final class BoundFilter: Sendable {
    let filter: Filter
    let first: Expr?
    let second: Expr?
    let allowsFalse: Expr?
    let place: Int

    init(filter: Filter, first: Expr?, second: Expr?, allowsFalse: Expr?, place: Int) {
        self.filter = filter
        self.first = first
        self.second = second
        self.allowsFalse = allowsFalse
        self.place = place
    }

    func apply(_ input: Value, _ m: inout Machine) throws(Stop) -> Value {
        m.place = place
        var arguments = FilterArguments()
        if let first {
            arguments.first = try first.evaluate(&m)
            arguments.count = 1
            if let second {
                arguments.second = try second.evaluate(&m)
                arguments.count = 2
            }
        }
        if let allowsFalse { arguments.allowsFalse = try allowsFalse.evaluate(&m).isTruthy }
        let value = try filter.apply(input, arguments, &m)
        if case .string(let text) = value { try m.checkBytes(text.count) }
        return value
    }
}
