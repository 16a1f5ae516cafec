internal import Diagnostics

/// Reads conditions strictly: comparisons joined by `and` and `or`, which bind to the right.
extension TermParser {
    /// How many comparisons one condition may join.
    static let maximumTerms = 200

    mutating func condition() throws(Finding) -> Condition {
        let condition = try chain()
        try requireEnd()
        return condition
    }

    /// One comparison, or a value alone, and nothing else: a leaf of mail mode's conditions.
    mutating func leaf() throws(Finding) -> Condition {
        let leaf = try comparison()
        try requireEnd()
        return leaf
    }

    private mutating func chain() throws(Finding) -> Condition {
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

    private mutating func comparison() throws(Finding) -> Condition {
        let left = try term()
        guard let sign = take(.comparison) else {
            if mode.isMail, current.kind == .word, !looking(atWord: "and"), !looking(atWord: "or") {
                throw place.finding(
                    "syntax",
                    unknownName(
                        "operator", text(current.range),
                        among: Condition.operators + ["in", "is", "starts_with"]))
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
