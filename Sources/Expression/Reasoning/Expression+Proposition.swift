import Core

extension Expression {
    /// This condition as something to reason about. Segments among `segments` are replaced by
    /// their own conditions, as far as 500 nodes go; others are taken as they are.
    package func proposition(expanding segments: [String: Expression] = [:]) -> Proposition {
        var reasoner = Reasoner(segments: segments)
        return reasoner.proposition(self, depth: 0)
    }

    /// What the expression is made of, spelled the same for all ways to write it.
    var spelling: String {
        let inner = node.children.map(\.spelling).joined(separator: ",")
        switch node {
        case .literal(let value): return "\(value)"
        case .field(let name): return name
        case .now: return "now()"
        case .lower: return "lower(\(inner))"
        case .negative: return "-(\(inner))"
        case .arithmetic(let operation, _, _): return "\(operation.rawValue)(\(inner))"
        case .comparison(let comparison, _, _): return "\(comparison.rawValue)(\(inner))"
        case .membership: return "in(\(inner))"
        case .contains: return "contains(\(inner))"
        case .startsWith: return "starts_with(\(inner))"
        case .blank: return "blank(\(inner))"
        case .flag: return "flag(\(inner))"
        case .all: return "all(\(inner))"
        case .any: return "any(\(inner))"
        case .not: return "not(\(inner))"
        case .behaviour(let behaviour): return "\(behaviour)"
        case .inSegment(let name): return "in_segment(\(name))"
        case .tagged(let name): return "tagged(\(name))"
        case .subscribed(let name): return "subscribed(\(name))"
        case .sample(let sample): return "sample(\(sample.fraction),\(sample.seed))"
        }
    }
}

/// Turns an expression into a proposition.
private struct Reasoner {
    let segments: [String: Expression]
    private var nodesLeft = 500

    init(segments: [String: Expression]) { self.segments = segments }

    /// Depth is bounded: by the parser within a condition, here across segments.
    mutating func proposition(_ expression: Expression, depth: Int) -> Proposition {
        nodesLeft -= 1
        switch expression.node {
        case .all(let parts):
            return .all(parts.map { proposition($0, depth: depth) })
        case .any(let parts):
            return .any(parts.map { proposition($0, depth: depth) })
        case .not(let inner):
            return .not(proposition(inner, depth: depth), at: expression.offset)
        case .flag(let inner):
            if case .literal(.flag(let value)) = inner.node { return .always(value) }
            return test(inner, .among([.flag(true)]), at: inner.offset)
        case .blank(let inner, let negated):
            return test(inner, negated ? .present : .blank, at: expression.offset)
        case .membership(let needle, let list, let negated):
            return membership(needle, list, negated, expression)
        case .comparison(let comparison, let left, let right):
            return compared(left, comparison, right, expression)
        case .inSegment(let name):
            guard let condition = segments[name], depth < 30, nodesLeft > 0 else {
                return opaque(expression)
            }
            return proposition(condition, depth: depth + 1)
        default: return opaque(expression)
        }
    }

    private func opaque(_ expression: Expression) -> Proposition {
        let less: Bool
        if case .comparison(let comparison, _, _) = expression.node {
            less = comparison == .less || comparison == .lessOrEqual
        } else {
            less = false
        }
        return .test(
            Proposition.Test(
                expression.spelling, .opaque, fields: expression.mentionedFields.map(\.name),
                at: expression.offset, asksForLess: less))
    }

    private func test(
        _ subject: Expression, _ demand: Proposition.Demand, at offset: Int, isLess: Bool = false
    ) -> Proposition {
        .test(
            Proposition.Test(
                subject.spelling, demand, fields: subject.mentionedFields.map(\.name), at: offset,
                asksForLess: isLess))
    }

    private func membership(
        _ needle: Expression, _ list: [Expression], _ negated: Bool, _ whole: Expression
    ) -> Proposition {
        var values: Set<Proposition.Scalar> = []
        for element in list {
            guard case .literal(let literal) = element.node, let value = Self.scalar(literal)
            else { return opaque(whole) }
            values.insert(value)
        }
        return test(needle, negated ? .outside(values) : .among(values), at: whole.offset)
    }

    private func compared(
        _ left: Expression, _ comparison: Expression.Comparison, _ right: Expression,
        _ whole: Expression
    ) -> Proposition {
        if let side = Self.constant(right) {
            return against(left, comparison, side, whole)
        }
        if let side = Self.constant(left) {
            return against(right, comparison.mirrored, side, whole)
        }
        return opaque(whole)
    }

    /// A subject compared with a literal, or with so much before or after now.
    private func against(
        _ subject: Expression, _ comparison: Expression.Comparison, _ side: Constant,
        _ whole: Expression
    ) -> Proposition {
        guard !subject.mentionedFields.isEmpty else { return opaque(whole) }
        let isLess = comparison == .less || comparison == .lessOrEqual
        let fields = subject.mentionedFields.map(\.name)
        switch side {
        case .sinceNow(let milliseconds):
            return .test(
                Proposition.Test(
                    subject.spelling + " since now", .compares(comparison, milliseconds),
                    fields: fields, at: whole.offset, asksForLess: isLess))
        case .value(.number(let number)):
            return test(subject, .compares(comparison, number), at: whole.offset, isLess: isLess)
        case .value(let value):
            switch comparison {
            case .equal: return test(subject, .among([value]), at: whole.offset)
            case .notEqual: return test(subject, .outside([value]), at: whole.offset)
            default: return opaque(whole)
            }
        }
    }

    private enum Constant {
        case value(Proposition.Scalar)
        case sinceNow(Double)
    }

    private static func constant(_ expression: Expression) -> Constant? {
        switch expression.node {
        case .literal(let value): return scalar(value).map { .value($0) }
        case .negative(let inner):
            guard case .value(.number(let number))? = constant(inner) else { return nil }
            return .value(.number(-number))
        case .now: return .sinceNow(0)
        case .arithmetic(let operation, let left, let right):
            guard case .now = left.node, case .literal(.span(let span)) = right.node else {
                return nil
            }
            let milliseconds = Double(span.milliseconds)
            switch operation {
            case .plus: return .sinceNow(milliseconds)
            case .minus: return .sinceNow(-milliseconds)
            default: return nil
            }
        default: return nil
        }
    }

    private static func scalar(_ value: FieldValue) -> Proposition.Scalar? {
        switch value {
        case .text(let text): .text(text)
        case .number(let number): .number(number)
        case .flag(let flag): .flag(flag)
        case .date(let instant): .number(Double(instant.milliseconds))
        case .span(let span): .number(Double(span.milliseconds))
        case .missing, .list: nil
        }
    }
}
