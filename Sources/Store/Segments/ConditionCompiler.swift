package import Core
package import Expression

/// A condition on profiles as SQL, for `WHERE`.
package struct CompiledCondition: Hashable, Sendable {
    /// Holds for those for whom the condition does; NULL counts as not.
    package var holds: SQLCondition
    /// Holds for those for whom it cannot be calculated (a division by zero), who are not among
    /// the former either: to be counted, never passed over in silence. Nil: it cannot fail.
    package var fails: SQLCondition?
}

/// Compiles expressions to SQL with bound values, equal to `Evaluator` for every profile.
///
/// The instant is compiled in, so a compiled condition is for use at once. Constant parts are
/// calculated here; a score alone is compared as stored, so that an index can serve.
package struct ConditionCompiler {
    /// The longest SQL that is made; segments are written out where they are asked for.
    static let maximumLength = 200_000

    let columns: [String: FieldColumn]
    let standards: [String: FieldValue]
    let segments: [String: Expression]
    let now: Instant
    /// Whether NULL must mean "error" and nothing else, which costs the indexes.
    var mayFail = false

    /// - Parameters:
    ///   - columns: what `fieldColumns()` gave.
    ///   - standards: what fields read as where nothing is stored.
    package init(
        columns: [String: FieldColumn], standards: [String: FieldValue] = [:],
        segments: [String: Expression] = [:], now: Instant
    ) {
        self.columns = columns
        self.standards = standards
        self.segments = segments
        self.now = now
    }

    /// Throws when the condition names what the store does not have, or becomes too long.
    package func compile(_ condition: Expression) throws(ExpressionError) -> CompiledCondition {
        var compiler = self
        compiler.mayFail = try canFail(condition, depth: 0)
        let sql = try compiler.truth(condition, positive: true)
        guard sql.sql.utf8.count <= Self.maximumLength else {
            throw ExpressionError(
                code: "too-long", at: condition.offset, "the segments it asks for are too long")
        }
        guard compiler.mayFail else { return CompiledCondition(holds: sql.condition, fails: nil) }
        let fails: SQLFragment = "(\(sql)) IS NULL"
        return CompiledCondition(holds: sql.condition, fails: fails.condition)
    }

    /// Whether any part that is not constant can end in an error.
    private func canFail(_ part: Expression, depth: Int) throws(ExpressionError) -> Bool {
        if case .inSegment(let name) = part.node {
            return try canFail(definition(name, at: part.offset, depth: depth), depth: depth + 1)
        }
        if case .arithmetic = part.node {
            guard part.isConstant else { return true }
            return (try? constant(part)) == nil
        }
        for child in part.node.children where try canFail(child, depth: depth) { return true }
        return false
    }

    private func definition(
        _ name: String, at offset: Int, depth: Int = 0
    ) throws(ExpressionError) -> Expression {
        guard let definition = segments[name], depth < Expression.maximumDepth else {
            throw ExpressionError(
                code: "unknown-segment", at: offset, "the segment \"\(name)\" has no definition")
        }
        return definition
    }

    // MARK: Conditions

    /// A condition's SQL: 1 or 0, and NULL for an error. Where nothing can fail and the position
    /// is positive (under no `not`), NULL may also stand for 0, which leaves columns bare.
    func truth(_ condition: Expression, positive: Bool) throws(ExpressionError) -> SQLFragment {
        switch condition.node {
        case .all(let operands):
            return try chain(operands, positive: positive, isAnd: true)
        case .any(let operands):
            return try chain(operands, positive: positive, isAnd: false)
        case .not(let operand):
            return "(NOT \(try truth(operand, positive: false)))"
        case .comparison(let comparison, let left, let right):
            return leaf(
                try compare(comparison, left, right), [left, right], positive: positive)
        case .membership(let needle, let list, let negated):
            let comparison = negated ? Expression.Comparison.notEqual : .equal
            var parts: [SQLFragment] = []
            for element in list { parts.append(try compare(comparison, needle, element)) }
            return leaf(
                "(\(.joined(parts, negated ? " AND " : " OR ")))", [needle] + list,
                positive: positive)
        case .contains(let whole, let part):
            return leaf(
                "(instr(\(try value(whole)), \(try value(part))) > 0)", [whole, part],
                positive: positive)
        case .startsWith(let whole, let part):
            return leaf(
                "(instr(\(try value(whole)), \(try value(part))) = 1)", [whole, part],
                positive: positive)
        case .blank(let operand, let negated):
            let test: SQLFragment = negated ? "IS NOT NULL" : "IS NULL"
            return leaf("(\(try value(operand)) \(test))", [operand], positive: positive)
        case .flag(let operand):
            return leaf("(\(try value(operand)) = 1)", [operand], positive: positive)
        case .behaviour(let behaviour):
            return happened(behaviour)
        case .inSegment(let name):
            return try truth(definition(name, at: condition.offset), positive: positive)
        case .tagged(let tag):
            return
                "EXISTS (SELECT 1 FROM tag WHERE tag.profile = profile.id AND tag.name = \(.bound(.text(tag))))"
        case .subscribed(let topic):
            return isSubscribed(to: topic)
        case .sample(let sample):
            return isMember(of: sample)
        case .literal, .now, .field, .lower, .negative, .arithmetic:
            return leaf("(\(try value(condition)) = 1)", [condition], positive: positive)
        }
    }

    /// A test of values: an error where calculating one of them is, else 0 for NULL if it matters.
    private func leaf(
        _ test: SQLFragment, _ operands: [Expression], positive: Bool
    ) -> SQLFragment {
        guard mayFail || !positive else { return test }
        let errors = operands.compactMap { error(of: $0) }
        guard !errors.isEmpty else { return "coalesce(\(test), 0)" }
        return "CASE WHEN \(.joined(errors, " OR ")) THEN NULL ELSE coalesce(\(test), 0) END"
    }

    /// Operands from the left as far as needed. CASE alone promises that order; it is built as a
    /// balanced tree, since SQLite limits the depth of an expression.
    private func chain(
        _ operands: [Expression], positive: Bool, isAnd: Bool
    ) throws(ExpressionError) -> SQLFragment {
        var parts: [SQLFragment] = []
        for operand in operands { parts.append(try truth(operand, positive: positive)) }
        guard mayFail else { return "(\(.joined(parts, isAnd ? " AND " : " OR ")))" }
        while parts.count > 1 {
            parts = stride(from: 0, to: parts.count, by: 2).map { index in
                guard index + 1 < parts.count else { return parts[index] }
                let (left, right) = (parts[index], parts[index + 1])
                return isAnd
                    ? "CASE \(left) WHEN 1 THEN \(right) WHEN 0 THEN 0 END"
                    : "CASE \(left) WHEN 0 THEN \(right) WHEN 1 THEN 1 END"
            }
        }
        return parts[0]
    }

    func isSubscribed(to topic: String) -> SQLFragment {
        let name = SQLFragment.bound(.text(topic))
        return """
            coalesce((SELECT subscribed FROM subscription
            WHERE subscription.profile = profile.id AND subscription.topic = \(name)),
            (SELECT by_default FROM topic WHERE topic.name = \(name)), 0)
            """
    }

    private func happened(_ behaviour: Behaviour) -> SQLFragment {
        let filter = SQLFragment(behaviour.eventFilter.sql, behaviour.eventFilter.values)
        let end = SQLFragment.bound(.integer(now.milliseconds))
        var rows: SQLFragment =
            "SELECT 1 FROM event WHERE event.profile = profile.id AND \(filter) AND event.at <= \(end)"
        if let within = behaviour.within {
            rows = "\(rows) AND event.at >= \(.bound(.integer((now - within).milliseconds)))"
        }
        guard behaviour.atLeast > 1 else { return "EXISTS (\(rows))" }
        let count = SQLFragment.bound(.integer(behaviour.atLeast))
        return "((SELECT count(*) FROM (\(rows) LIMIT \(count))) >= \(count))"
    }

    /// The arithmetic of `Sample.contains`.
    private func isMember(of sample: Sample) -> SQLFragment {
        func number(_ n: Int64) -> SQLFragment { .bound(.integer(n)) }
        let modulus = number(Sample.modulus)
        let inner: SQLFragment =
            "(\(number(sample.a)) * (profile.id % \(modulus)) + \(number(sample.b))) % \(modulus)"
        return """
            ((\(inner) * (profile.id % \(modulus)) + \(number(sample.c))) % \(modulus)
            < \(number(sample.threshold)))
            """
    }
}

extension Expression {
    /// Whether it is the same for everybody.
    var isConstant: Bool {
        if case .field = node { return false }
        return node.children.allSatisfy(\.isConstant)
    }
}
