import Core
import Diagnostics
import Expression
import Liquid

/// Types in the comparisons and filters of plain Liquid: a field is compared with what its type can be, as in
/// the expression language. Assigned names and loop variables have no type that is known.
extension FieldUse {
    /// What a term is known to be, and how a message names it.
    private func kind(of term: Term) -> (kind: Expression.Kind, shown: String)? {
        switch term {
        case .literal(.string): return (.text, "text")
        case .literal(.int), .literal(.double): return (.number, "a number")
        case .literal(.bool): return (.flag, "true or false")
        case .literal, .blank, .empty, .range: return nil
        case .path(let path):
            guard let names = path.plainNames else { return nil }
            if names == ["now"] { return (.date, "a date") }
            guard let (name, type) = fieldType(of: names) else { return nil }
            return (Expression.Kind(type), "the \(type.rawValue) field \"\(name)\"")
        }
    }

    mutating func check(_ comparison: Mentions.Comparison) {
        guard let left = kind(of: comparison.left), let right = kind(of: comparison.right) else {
            return
        }
        let code = "type"
        if comparison.sign == .contains {
            for side in [left, right] where side.kind != .text && side.kind != .choice {
                return report(
                    comparison.place.finding(code, "contains asks about text, not \(side.shown)"))
            }
            return
        }
        guard left.kind.isComparable(to: right.kind) else {
            let hint =
                [left.kind, right.kind].contains(.date) ? "; write dates without quotes" : ""
            return report(
                comparison.place.finding(
                    code, "\(left.shown) cannot be compared with \(right.shown)\(hint)"))
        }
        guard comparison.sign != .equal, comparison.sign != .unequal else { return }
        for side in [left, right] where side.kind == .flag || side.kind == .choice {
            return report(
                comparison.place.finding(
                    code, "\(side.shown) has no order; compare it with == or !="))
        }
    }

    /// A filter that works with numbers only would take any other field for 0.
    mutating func check(_ call: FilterCall, appliedTo input: Term?) {
        let taken = call.numbersTaken
        var terms = Array(call.arguments.prefix(taken.arguments))
        if taken.input, let input { terms.insert(input, at: 0) }
        for term in terms {
            guard case .path = term, let kind = kind(of: term), kind.kind != .number,
                kind.kind != .score
            else { continue }
            report(
                call.place.finding(
                    "filter-argument", "\(call.name) takes a number, not \(kind.shown)"))
        }
    }
}
