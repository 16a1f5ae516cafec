import Core
import Expression
import Liquid
import Rules

extension Condition {
    /// This condition as something to reason about; offsets are those of the template.
    func proposition(_ names: FieldNames) -> Proposition {
        switch self {
        case .truth(let term): Self.truth(term, names)
        case .comparison(let left, let comparison, let right, let place):
            Self.compared(left, comparison, right, place, names)
        case .and(let left, let right):
            .all(left.parts(isAnd: true, names) + right.parts(isAnd: true, names))
        case .or(let left, let right):
            .any(left.parts(isAnd: false, names) + right.parts(isAnd: false, names))
        case .not(let inner): .not(inner.proposition(names), at: inner.place?.offset ?? 0)
        case .inSegment(let name, let place):
            .test(
                Proposition.Test("in_segment(\(name))", .opaque, fields: [], at: place.offset))
        case .expression(let text, let place):
            (try? Expression.condition(text, names.rules.vocabulary))?
                .proposition().shifted(by: place.offset) ?? Self.opaque(text, [], place)
        }
    }

    /// The operands of a chain as one list.
    private func parts(isAnd: Bool, _ names: FieldNames) -> [Proposition] {
        switch self {
        case .and(let left, let right) where isAnd:
            left.parts(isAnd: true, names) + right.parts(isAnd: true, names)
        case .or(let left, let right) where !isAnd:
            left.parts(isAnd: false, names) + right.parts(isAnd: false, names)
        default: [proposition(names)]
        }
    }

    /// The first place that is known in it.
    var place: Place? {
        switch self {
        case .truth(let term): term.place
        case .comparison(let left, _, _, let place): left.place ?? place
        case .and(let left, let right), .or(let left, let right): left.place ?? right.place
        case .not(let inner): inner.place
        case .inSegment(_, let place), .expression(_, let place): place
        }
    }

    private static func truth(_ term: Term, _ names: FieldNames) -> Proposition {
        switch term {
        case .literal(.bool(let value)): return .always(value)
        case .literal(.null): return .always(false)
        case .literal: return .always(true)
        default: break
        }
        guard let field = names.field(term) else { return opaque("\(term)", [], term.place) }
        let isFlag = names.rules.fields[field]?.type == .flag
        return .test(
            Proposition.Test(
                field, isFlag ? .among([.flag(true)]) : .present, fields: [field],
                at: term.place?.offset ?? 0))
    }

    private static func compared(
        _ left: Term, _ comparison: Comparison, _ right: Term, _ place: Place, _ names: FieldNames
    ) -> Proposition {
        if let side = constant(right) {
            return against(left, comparison, side, place, names)
        }
        if let side = constant(left), let flipped = comparison.flipped {
            return against(right, flipped, side, place, names)
        }
        let fields = [left, right].compactMap { names.field($0) }
        let isLess = comparison == .less || comparison == .lessOrEqual
        return .test(
            Proposition.Test(
                "\(comparison)(\(left),\(right))", .opaque, fields: fields, at: place.offset,
                asksForLess: isLess && names.field(left) != nil))
    }

    private enum Side {
        case blank
        case value(Proposition.Scalar)
    }

    private static func against(
        _ term: Term, _ comparison: Comparison, _ side: Side, _ place: Place, _ names: FieldNames
    ) -> Proposition {
        let field = names.field(term)
        let fields = field.map { [$0] } ?? []
        let subject = field ?? "\(term)"
        func test(_ demand: Proposition.Demand, isLess: Bool = false) -> Proposition {
            .test(
                Proposition.Test(
                    subject, demand, fields: fields, at: term.place?.offset ?? place.offset,
                    asksForLess: isLess))
        }
        switch (side, comparison) {
        case (.blank, .equal): return test(field == nil ? .opaque : .blank)
        case (.blank, .unequal):
            return field == nil
                ? .not(test(.opaque), at: place.offset) : test(.present)
        case (.value(.number(let bound)), _):
            guard let sign = comparison.inExpressions else { break }
            return test(.compares(sign, bound), isLess: sign == .less || sign == .lessOrEqual)
        case (.value(let value), .equal): return test(.among([value]))
        case (.value(let value), .unequal): return test(.outside([value]))
        default: break
        }
        return opaque("\(comparison)(\(subject),\(side))", fields, place)
    }

    private static func opaque(
        _ subject: String, _ fields: [String], _ place: Place?
    ) -> Proposition {
        .test(Proposition.Test(subject, .opaque, fields: fields, at: place?.offset ?? 0))
    }

    private static func constant(_ term: Term) -> Side? {
        switch term {
        case .blank, .empty, .literal(.null): .blank
        case .literal(.string(let text)): text.isEmpty ? .blank : .value(.text(text.text))
        case .literal(.int(let number)): .value(.number(Double(number)))
        case .literal(.double(let number)): .value(.number(number))
        case .literal(.bool(let flag)): .value(.flag(flag))
        default: nil
        }
    }
}

extension Condition.Comparison {
    fileprivate var inExpressions: Expression.Comparison? { .init(rawValue: rawValue) }

    fileprivate var flipped: Self? {
        switch self {
        case .equal, .unequal: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .contains: nil
        }
    }
}

extension Term {
    fileprivate var place: Place? {
        switch self {
        case .path(let path): path.place
        case .range(let from, let to): from.place ?? to.place
        case .literal, .blank, .empty: nil
        }
    }
}
