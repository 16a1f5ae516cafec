/// A condition ready to be evaluated.
indirect enum Test: Sendable {
    case truth(Expr)
    case compare(Expr, Condition.Comparison, Expr)
    /// Mail mode: false when either side is missing.
    case strictCompare(Expr, Condition.Comparison, Expr)
    case isBlank(Expr, isNegated: Bool)
    case isEmpty(Expr, isNegated: Bool)
    case constant(Bool)
    case and(Test, Test)
    case or(Test, Test)
    case not(Test)
    case segment(String)
    /// A condition of the expression language, by its text.
    case expression(String)

    func holds(_ m: inout Machine) throws(Stop) -> Bool {
        switch self {
        case .truth(let expr): return try expr.evaluate(&m).isTruthy
        case .compare(let left, let sign, let right):
            return try Self.compare(left.evaluate(&m), sign, right.evaluate(&m))
        case .strictCompare(let left, let sign, let right):
            let a = try left.evaluate(&m)
            let b = try right.evaluate(&m)
            if a.isNull || b.isNull { return false }
            return try Self.compare(a, sign, b)
        case .isBlank(let expr, let isNegated): return try expr.evaluate(&m).isBlank != isNegated
        case .isEmpty(let expr, let isNegated): return try expr.evaluate(&m).isEmpty != isNegated
        case .constant(let flag): return flag
        case .and(let a, let b): return try a.holds(&m) ? b.holds(&m) : false
        case .or(let a, let b): return try a.holds(&m) ? true : b.holds(&m)
        case .not(let test): return try !test.holds(&m)
        case .segment(let name): return m.input.inSegment(name)
        case .expression(let text):
            guard let answer = m.input.holds(text) else {
                throw .fault("the condition \(text) has no answer here: a division by zero?")
            }
            return answer
        }
    }

    static func compare(
        _ a: Value, _ sign: Condition.Comparison, _ b: Value
    ) throws(Stop) -> Bool {
        switch sign {
        case .equal: return a.equals(b)
        case .unequal: return !a.equals(b)
        case .contains: return a.contains(b)
        default: break
        }
        guard a.isOrdered, b.isOrdered else { return false }
        guard let order = a.order(b) else {
            throw .fault("\(a.kind) cannot be compared with \(b.kind)")
        }
        switch sign {
        case .less: return order < 0
        case .lessOrEqual: return order <= 0
        case .greater: return order > 0
        default: return order >= 0
        }
    }
}
