/// What `if`, `elsif` and `unless` ask.
package indirect enum Condition: Sendable {
    case truth(Term)
    case comparison(Term, Comparison, Term, at: Place)
    case and(Condition, Condition)
    case or(Condition, Condition)

    // Mail mode only.
    case not(Condition)
    case inSegment(String, at: Place)
    /// A comparison or call that only the expression language has, kept as text for room
    /// Expression; whoever renders gives the answer.
    case expression(String, at: Place)

    package enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case contains
    }
}
