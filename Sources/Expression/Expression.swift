import Core

/// A condition or value of the one expression language (design §5, semantics.md §1), checked for
/// names and types. Evaluated in memory for one profile, compiled by the store for an audience.
package struct Expression: Hashable, Sendable {
    package indirect enum Node: Hashable, Sendable {
        case literal(FieldValue)
        case now
        case field(String)
        case lower(Expression)
        case negative(Expression)
        case arithmetic(Arithmetic, Expression, Expression)

        case comparison(Comparison, Expression, Expression)
        case membership(Expression, [Expression], negated: Bool)
        /// Two texts: the second somewhere in the first.
        case contains(Expression, Expression)
        case startsWith(Expression, Expression)
        case blank(Expression, negated: Bool)
        /// A flag alone; missing counts as false.
        case flag(Expression)
        /// At least two operands, evaluated from the left as far as needed; `any` the same.
        case all([Expression])
        case any([Expression])
        case not(Expression)
        case behaviour(Behaviour)
        case inSegment(String)
        case tagged(String)
        case subscribed(String)
        case sample(Sample)
    }

    package enum Arithmetic: String, Sendable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divided = "/"
        /// The remainder with the sign of the dividend, as C's `fmod`.
        case remainder = "%"
    }

    package enum Comparison: String, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// What an expression yields. A choice is text that has no order.
    package enum Kind: String, Sendable {
        case text, choice, number, score, date
        case flag
        case span = "duration"
        /// True or false; never missing, and no operand of a comparison.
        case condition
    }

    package let node: Node
    package let kind: Kind
    /// Of the token that names it, in bytes from the start of the text it was read from.
    package let offset: Int
    /// How deep the tree below it is; bounded when it is read, so that recursion is.
    let depth: Int
}

extension Expression.Kind {
    package init(_ type: FieldType) {
        switch type {
        case .text: self = .text
        case .number: self = .number
        case .flag: self = .flag
        case .date: self = .date
        case .choice: self = .choice
        case .score: self = .score
        }
    }

    var isText: Bool { self == .text || self == .choice }
    var isNumber: Bool { self == .number || self == .score }

    /// Whether values of the two can stand on the sides of `==`.
    package func isComparable(to other: Self) -> Bool {
        isText && other.isText || isNumber && other.isNumber
            || self == other && self != .condition
    }
}

extension Expression.Node {
    /// The expressions directly below this one.
    package var children: [Expression] {
        switch self {
        case .literal, .now, .field, .behaviour, .inSegment, .tagged, .subscribed, .sample: []
        case .lower(let a), .negative(let a), .blank(let a, _), .flag(let a), .not(let a): [a]
        case .arithmetic(_, let a, let b), .comparison(_, let a, let b), .contains(let a, let b),
            .startsWith(let a, let b):
            [a, b]
        case .membership(let a, let list, _): [a] + list
        case .all(let list), .any(let list): list
        }
    }
}
