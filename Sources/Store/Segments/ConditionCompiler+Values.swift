internal import Core
internal import Expression

extension ConditionCompiler {
    /// SQL for a value; NULL where it is missing.
    func value(_ expression: Expression) throws(ExpressionError) -> SQLFragment {
        if expression.isConstant {
            // One that cannot be calculated is an error by `error(of:)`, whatever stands here.
            return .bound((try? constant(expression)) ?? .null)
        }
        switch expression.node {
        case .field(let name):
            let column = try self.column(name, at: expression.offset)
            guard expression.kind == .score, let scale = columns[name]?.scale else {
                return column
            }
            return "(\(column) / \(.bound(.real(scale.weight(at: now)))))"
        case .lower(let operand):
            return "maild_lower(\(try value(operand)))"
        case .negative(let operand):
            return "(-\(try value(operand)))"
        case .arithmetic(let operation, let left, let right):
            return arithmetic(
                operation, try value(left), try value(right), isScaling: expression.isScaling)
        default:
            throw ExpressionError(
                code: "type", at: expression.offset, "a condition cannot be a value here")
        }
    }

    private func arithmetic(
        _ operation: Expression.Arithmetic, _ left: SQLFragment, _ right: SQLFragment,
        isScaling: Bool
    ) -> SQLFragment {
        if isScaling { return "maild_scaled(\(left), \(right))" }
        return switch operation {
        case .plus: "(\(left) + \(right))"
        case .minus: "(\(left) - \(right))"
        case .times: "(\(left) * \(right))"
        case .divided: "(\(left) / \(right))"
        case .remainder: "maild_remainder(\(left), \(right))"
        }
    }

    /// A comparison; NULL when a side is missing.
    func compare(
        _ comparison: Expression.Comparison, _ left: Expression, _ right: Expression
    ) throws(ExpressionError) -> SQLFragment {
        if let name = left.scoreField {
            return try compare(score: name, at: left.offset, comparison, right)
        }
        if let name = right.scoreField {
            return try compare(score: name, at: right.offset, comparison.mirrored, left)
        }
        return "(\(try value(left)) \(SQLFragment(comparison.sql)) \(try value(right)))"
    }

    private func compare(
        score name: String, at offset: Int, _ comparison: Expression.Comparison,
        _ other: Expression
    ) throws(ExpressionError) -> SQLFragment {
        let column = try self.column(name, at: offset)
        let weight = columns[name]?.scale.weight(at: now, for: comparison) ?? 1
        if other.isConstant, case .real(let points)? = try? constant(other) {
            // Left bare for an index.
            return "(\(column) \(SQLFragment(comparison.sql)) \(.bound(.real(points * weight))))"
        }
        return """
            (\(column) \(SQLFragment(comparison.sql)) (\(try value(other)) * \(.bound(.real(weight)))))
            """
    }

    private func column(_ name: String, at offset: Int) throws(ExpressionError) -> SQLFragment {
        switch name {
        // The column ignores case where addresses are looked up; expressions never do.
        case "email": return "profile.email COLLATE BINARY"
        case "status": return "profile.status"
        default: break
        }
        guard let column = columns[name] else {
            throw ExpressionError(
                code: "unknown-field", at: offset, "the store has no field \(name) yet")
        }
        let sql = SQLFragment("profile." + column.sql)
        guard let standard = standards[name], let value = column.sqlValue(standard),
            value != .null, column.type != .score
        else { return sql }
        return "coalesce(\(sql), \(.bound(value)))"
    }

    /// SQL that is true where calculating the value is an error (false or NULL elsewhere); nil
    /// when it never is.
    func error(of expression: Expression) -> SQLFragment? {
        if expression.isConstant {
            return (try? constant(expression)) == nil ? "1" : nil
        }
        var errors = expression.node.children.compactMap { error(of: $0) }
        guard case .arithmetic(let operation, let left, let right) = expression.node,
            let a = try? value(left), let b = try? value(right), let v = try? value(expression)
        else { return errors.isEmpty ? nil : .joined(errors, " OR ") }
        if operation == .divided || operation == .remainder {
            errors.append("(\(b) = 0 AND \(a) IS NOT NULL)")
        }
        if expression.isScaling {
            errors.append("(\(v) IS NULL AND \(a) IS NOT NULL AND \(b) IS NOT NULL)")
        } else if expression.kind == .number {
            let most = SQLFragment.bound(.real(.greatestFiniteMagnitude))
            errors.append("abs(\(v)) > \(most)")
        } else {
            let most = SQLFragment.bound(.integer(Expression.Arithmetic.maximumMilliseconds))
            errors.append("abs(\(v)) > \(most)")
        }
        return .joined(errors, " OR ")
    }

    /// The value of an expression that is the same for everybody; throws when it is an error.
    func constant(_ expression: Expression) throws(ExpressionError) -> SQLValue {
        switch try Evaluator(Nobody(), now: now).value(expression) {
        case .missing, .list: .null
        case .text(let text): .text(text)
        case .number(let number): .real(number)
        case .flag(let flag): .integer(flag ? 1 : 0)
        case .date(let date): .integer(date.milliseconds)
        case .span(let span): .integer(span.milliseconds)
        }
    }
}

extension Expression {
    /// A duration times a number.
    fileprivate var isScaling: Bool {
        guard kind == .span, case .arithmetic(.times, _, _) = node else { return false }
        return true
    }
}

extension Expression.Comparison {
    fileprivate var sql: String {
        switch self {
        case .equal: "="
        case .notEqual: "<>"
        default: rawValue
        }
    }
}

/// Whom constant expressions are evaluated for.
private struct Nobody: Subject {
    var profile: Int64 { 0 }
    func value(of field: String) -> FieldValue { .missing }
    func score(of field: String) -> Score? { nil }
    func isTagged(_ tag: String) -> Bool { false }
    func isSubscribed(to topic: String) -> Bool { false }
    func instants(
        of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
    ) -> [Instant] { [] }
}
