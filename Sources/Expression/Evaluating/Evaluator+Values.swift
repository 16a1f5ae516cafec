import Core

extension Evaluator {
    /// The value that `expression` has for this person at `t`. An operation on a missing operand
    /// is missing; division by zero and results out of range are errors.
    func value(_ expression: Expression, at t: Instant) throws(ExpressionError) -> FieldValue {
        switch expression.node {
        case .literal(let value): return value
        case .now: return .date(t)
        case .field(let name):
            guard expression.kind == .score else { return person.value(of: name) }
            return person.score(of: name).map { .number($0.value(at: t)) } ?? .missing
        case .lower(let operand):
            guard case .text(let text) = try value(operand, at: t) else { return .missing }
            return .text(text.simpleLowercased)
        case .negative(let operand):
            switch try value(operand, at: t) {
            case .number(let number): return .number(-number)
            case .span(let span): return .span(-span)
            default: return .missing
            }
        case .arithmetic(let operation, let left, let right):
            let (a, b) = (try value(left, at: t), try value(right, at: t))
            return try operation.apply(a, b, at: expression.offset)
        default:
            return .flag(try holds(expression))
        }
    }

    /// A missing operand makes every comparison false.
    func compare(
        _ comparison: Expression.Comparison, _ left: Expression, _ right: Expression, at t: Instant
    ) throws(ExpressionError) -> Bool {
        // A score alone is compared as stored, so that an index can answer the same question.
        if let name = left.scoreField {
            return try compare(score: name, comparison, right, at: t)
        }
        if let name = right.scoreField {
            return try compare(score: name, comparison.mirrored, left, at: t)
        }
        switch (try value(left, at: t), try value(right, at: t)) {
        case (.number(let a), .number(let b)): return comparison.holds(a, b)
        case (.date(let a), .date(let b)): return comparison.holds(a, b)
        case (.span(let a), .span(let b)): return comparison.holds(a, b)
        case (.flag(let a), .flag(let b)): return comparison.holds(a ? 1 : 0, b ? 1 : 0)
        case (.text(let a), .text(let b)): return comparison.holds(Bytes(a), Bytes(b))
        default: return false
        }
    }

    private func compare(
        score name: String, _ comparison: Expression.Comparison, _ other: Expression, at t: Instant
    ) throws(ExpressionError) -> Bool {
        let value = try value(other, at: t)
        guard let score = person.score(of: name), case .number(let points) = value else {
            return false
        }
        return score.holds(comparison, points, at: t)
    }
}

extension Score {
    /// Whether it compares so with `points` at `t`.
    func holds(_ comparison: Expression.Comparison, _ points: Double, at t: Instant) -> Bool {
        comparison.holds(sum, points * scale.weight(at: t, for: comparison))
    }
}

/// Text in the order of its bytes.
private struct Bytes: Comparable {
    let text: String
    init(_ text: String) { self.text = text }
    static func == (a: Self, b: Self) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
    static func < (a: Self, b: Self) -> Bool {
        a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
    }
}

extension Expression {
    /// The field's name when it is a score field alone.
    package var scoreField: String? {
        if kind == .score, case .field(let name) = node { name } else { nil }
    }
}

extension Expression.Comparison {
    /// With the sides exchanged.
    package var mirrored: Self {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }

    func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
        switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        }
    }
}

extension TimeSpan {
    /// Rounded to the millisecond, half away from zero; nil when out of range.
    package static func scaled(milliseconds: Double) -> TimeSpan? {
        guard abs(milliseconds) < Double(Expression.Arithmetic.maximumMilliseconds) else {
            return nil
        }
        return .milliseconds(Int64(milliseconds.rounded()))
    }
}

extension Expression.Arithmetic {
    /// Dates and durations stay within ±2^53 ms, where doubles and integers agree.
    package static let maximumMilliseconds: Int64 = 1 << 53

    fileprivate func apply(
        _ left: FieldValue, _ right: FieldValue, at offset: Int
    ) throws(ExpressionError) -> FieldValue {
        switch (left, right) {
        case (.number(let a), .number(let b)):
            return .number(try number(a, b, at: offset))
        case (.date(let a), .span(let b)):
            let sum = self == .plus ? a + b : a - b
            return .date(Instant(milliseconds: try bounded(sum.milliseconds, at: offset)))
        case (.span(let a), .date(let b)):
            return .date(Instant(milliseconds: try bounded((b + a).milliseconds, at: offset)))
        case (.date(let a), .date(let b)):
            return .span(.milliseconds(try bounded((a - b).milliseconds, at: offset)))
        case (.span(let a), .span(let b)):
            let sum = self == .plus ? a + b : a - b
            return .span(.milliseconds(try bounded(sum.milliseconds, at: offset)))
        case (.span(let a), .number(let b)), (.number(let b), .span(let a)):
            guard let product = TimeSpan.scaled(milliseconds: Double(a.milliseconds) * b) else {
                throw Self.outOfRange(at: offset)
            }
            return .span(product)
        default:
            return .missing
        }
    }

    private func number(
        _ a: Double, _ b: Double, at offset: Int
    ) throws(ExpressionError) -> Double {
        if self == .divided || self == .remainder, b == 0 {
            throw ExpressionError(code: "division-by-zero", at: offset, "division by zero")
        }
        let result =
            switch self {
            case .plus: a + b
            case .minus: a - b
            case .times: a * b
            case .divided: a / b
            case .remainder: a.truncatingRemainder(dividingBy: b)
            }
        guard result.isFinite else { throw Self.outOfRange(at: offset) }
        return result
    }

    private func bounded(_ value: Int64, at offset: Int) throws(ExpressionError) -> Int64 {
        guard value.magnitude <= UInt64(Self.maximumMilliseconds) else {
            throw Self.outOfRange(at: offset)
        }
        return value
    }

    private static func outOfRange(at offset: Int) -> ExpressionError {
        ExpressionError(code: "out-of-range", at: offset, "the result is out of range")
    }
}
