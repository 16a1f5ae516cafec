internal import Diagnostics

extension LenientParser {
    /// Fragments between `and` and `or`, each read as `fragment [operator [fragment]]`.
    func condition(_ range: Range<Int>) throws(Finding) -> Condition {
        var parts: [(isAnd: Bool, range: Range<Int>)] = []
        var start = range.lowerBound
        var at = range.lowerBound
        while at < range.upperBound {
            at = skipSpace(at, range.upperBound)
            guard at < range.upperBound else { break }
            let end = fragment(at, range.upperBound) ?? at + 1
            let word = text(at..<end)
            if word == "and" || word == "or" {
                parts.append((word == "and", start..<at))
                start = end
                guard parts.count < TermParser.maximumTerms else {
                    throw Place(source, at).finding(
                        "nesting", "a condition joins too many comparisons")
                }
            }
            at = end
        }
        var condition = try comparison(start..<range.upperBound)
        for part in parts.reversed() {
            let left = try comparison(part.range)
            condition = part.isAnd ? .and(left, condition) : .or(left, condition)
        }
        return condition
    }

    private func comparison(_ range: Range<Int>) throws(Finding) -> Condition {
        guard let left = findFragment(range) else {
            throw Place(source, range.lowerBound).finding("syntax", "a condition is expected")
        }
        let start = skipSpace(left.upperBound, range.upperBound)
        var end = start
        while end < range.upperBound, isOperatorByte(bytes[end]) { end += 1 }
        guard end > start else { return .truth(try term(left)) }
        guard let sign = Condition.Comparison(text(start..<end)) else {
            throw Place(source, start).finding(
                "syntax",
                unknownName("operator", text(start..<end), among: Condition.operators))
        }
        let next = skipSpace(end, range.upperBound)
        let right: Term =
            if let close = fragment(next, range.upperBound) {
                try term(next..<close)
            } else {
                .literal(.null)
            }
        return try .compare(term(left), sign, right, at: Place(source, start))
    }

    /// `[=!<>a-z_]`
    private func isOperatorByte(_ byte: UInt8) -> Bool {
        switch byte {
        case "=", "!", "<", ">", "_", 0x61...0x7A: true
        default: false
        }
    }
}
