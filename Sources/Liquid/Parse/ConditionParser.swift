internal import Diagnostics

/// Reads conditions strictly. Plain Liquid: comparisons joined by `and` and `or`, which bind to the
/// right. Mail mode: also `not`, parentheses and `in_segment`, and mixed `and`, `or` are refused.
extension TermParser {
    /// How many comparisons one condition may join.
    static let maximumTerms = 200

    mutating func condition() throws(Finding) -> Condition {
        let condition = mode.isMail ? try mailCondition() : try plainCondition()
        try requireEnd()
        return condition
    }

    private mutating func plainCondition() throws(Finding) -> Condition {
        var parts: [(isAnd: Bool, condition: Condition)] = []
        var last = try comparison()
        while true {
            let isAnd: Bool
            if takeWord("and") {
                isAnd = true
            } else if takeWord("or") {
                isAnd = false
            } else {
                break
            }
            parts.append((isAnd, last))
            try checkCount(parts.count)
            last = try comparison()
        }
        return parts.reversed().reduce(last) {
            $1.isAnd ? .and($1.condition, $0) : .or($1.condition, $0)
        }
    }

    private func checkCount(_ count: Int) throws(Finding) {
        guard count < Self.maximumTerms else {
            throw place.finding("nesting", "a condition joins too many comparisons")
        }
    }

    private mutating func mailCondition() throws(Finding) -> Condition {
        var parts = [try negation()]
        var isAnd: Bool?
        while looking(atWord: "and") || looking(atWord: "or") {
            let and = looking(atWord: "and")
            guard isAnd == nil || isAnd == and else {
                throw place.finding(
                    "mixed-and-or", "\"and\" and \"or\" are mixed; add parentheses")
            }
            isAnd = and
            next += 1
            parts.append(try negation())
            try checkCount(parts.count)
        }
        let last = parts.removeLast()
        return parts.reversed().reduce(last) { isAnd == true ? .and($1, $0) : .or($1, $0) }
    }

    private mutating func negation() throws(Finding) -> Condition {
        var isNegated = false
        while takeWord("not") { isNegated.toggle() }
        let unit = try unit()
        return isNegated ? .not(unit) : unit
    }

    private mutating func unit() throws(Finding) -> Condition {
        if looking(atWord: "in_segment"), looking(at: .string, ahead: 1) {
            let start = place
            next += 1
            guard case .literal(.string(let name)) = try term() else {
                throw expected("a segment's name in quotes")
            }
            return .inSegment(name.text, at: start)
        }
        guard looking(at: .openRound), !isRange else { return try comparison() }
        try enter()
        defer { leave() }
        next += 1
        let inner = try mailCondition()
        try require(.closeRound, "\")\"")
        return inner
    }

    /// Whether the parenthesis that opens here holds a range: two dots before it closes.
    private var isRange: Bool {
        var open = 0
        for lexeme in lexemes[next...] {
            switch lexeme.kind {
            case .openRound: open += 1
            case .closeRound:
                open -= 1
                if open == 0 { return false }
            case .dots where open == 1: return true
            default: break
            }
        }
        return false
    }

    private mutating func comparison() throws(Finding) -> Condition {
        let left = try term()
        guard let sign = take(.comparison) else {
            if mode.isMail, current.kind == .word, !looking(atWord: "and"), !looking(atWord: "or") {
                throw place.finding(
                    "syntax",
                    unknownName("operator", text(current.range), among: Condition.operators))
            }
            return .truth(left)
        }
        let right = try term()
        return try .compare(
            left, Condition.Comparison(text(sign.range)) ?? .equal, right,
            at: Place(source, sign.range.lowerBound))
    }
}

extension Condition {
    static var operators: [String] { Comparison.allCases.map(\.rawValue) + ["and", "or"] }
}

extension Condition.Comparison {
    /// Also `<>`, an old spelling of `!=`.
    init?(_ sign: String) {
        guard let comparison = sign == "<>" ? .unequal : Self(rawValue: sign) else { return nil }
        self = comparison
    }
}
