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
struct FilterArguments: Sendable {
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
    /// All arguments, where they are literal.
    private let literals: FilterArguments?

    init(filter: Filter, first: Expr?, second: Expr?, allowsFalse: Expr?, place: Int) {
        self.filter = filter
        self.first = first
        self.second = second
        self.allowsFalse = allowsFalse
        self.place = place
        literals = Self.literals(first, second, allowsFalse)
    }

    private static func literals(
        _ first: Expr?, _ second: Expr?, _ allowsFalse: Expr?
    ) -> FilterArguments? {
        guard allowsFalse == nil else { return nil }
        switch (first, second) {
        case (nil, _): return FilterArguments()
        case (.constant(let value), nil): return FilterArguments(count: 1, first: value)
        case (.constant(let value), .constant(let other)):
            return FilterArguments(count: 2, first: value, second: other)
        default: return nil
        }
    }

    func apply(_ input: Value, _ m: inout Machine) throws(Stop) -> Value {
        m.place = place
        let value =
            if let literals {
                try filter.apply(input, literals, &m)
            } else {
                try filter.apply(input, try arguments(&m), &m)
            }
        if case .string(let text) = value { try m.checkBytes(text.count) }
        return value
    }

    private func arguments(_ m: inout Machine) throws(Stop) -> FilterArguments {
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
        return arguments
    }
}
