import Core
import Diagnostics

/// Recursive descent over the tokens of one expression; types are checked as nodes are made.
///
/// What lies on the way down to a parenthesis is kept in small functions: its frames are on the
/// stack once a level, and threads have little of it.
struct Parser {
    let tokens: [Token]
    let vocabulary: Vocabulary
    var index = 0
    private var nesting = 0

    init(tokens: [Token], vocabulary: Vocabulary) {
        self.tokens = tokens
        self.vocabulary = vocabulary
    }

    mutating func whole() throws(ExpressionError) -> Expression {
        let read = try disjunction()
        guard case .end = token.kind else {
            throw ExpressionError(at: token.offset, expectation)
        }
        return read
    }

    // MARK: Tokens

    var token: Token { tokens[index] }

    mutating func advance() {
        if index < tokens.count - 1 { index += 1 }
    }

    func isWord(_ word: String) -> Bool { token.kind == .word(word) }
    func isSymbol(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

    mutating func skip(word: String) -> Bool {
        guard isWord(word) else { return false }
        advance()
        return true
    }

    mutating func skip(symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(symbol: String) throws(ExpressionError) {
        guard skip(symbol: symbol) else {
            throw ExpressionError(
                at: token.offset, "\"\(symbol)\" is expected here, not \(token.shown)")
        }
    }

    /// Why a token cannot continue a complete expression.
    private var expectation: String {
        if case .word(let word) = token.kind, ["AND", "OR"].contains(word.uppercased()) {
            return "write \(word.lowercased()) in lower case"
        }
        return "\(token.shown) is not expected here"
    }

    /// Goes one level deeper; `leave` goes back.
    mutating func enter() throws(ExpressionError) {
        nesting += 1
        guard nesting <= Expression.maximumDepth else { throw tooDeep(at: token.offset) }
    }

    mutating func leave() { nesting -= 1 }

    private func tooDeep(at offset: Int) -> ExpressionError {
        ExpressionError(
            code: "too-deep", at: offset,
            "nested deeper than \(Expression.maximumDepth) levels; use segments")
    }

    func make(
        _ node: Expression.Node, _ kind: Expression.Kind, at offset: Int
    ) throws(ExpressionError) -> Expression {
        let depth = 1 + (node.children.map(\.depth).max() ?? 0)
        guard depth <= Expression.maximumDepth else { throw tooDeep(at: offset) }
        return Expression(node: node, kind: kind, offset: offset, depth: depth)
    }

    // MARK: Logic

    /// `a or b or c`, or `a and b and c`; both without parentheses are refused.
    mutating func disjunction() throws(ExpressionError) -> Expression {
        let first = try negation()
        return isWord("and") || isWord("or") ? try chain(after: first) : first
    }

    private mutating func chain(after first: Expression) throws(ExpressionError) -> Expression {
        let isAnd = isWord("and")
        let offset = token.offset
        var operands = [try condition(first)]
        while isWord("and") || isWord("or") {
            guard isWord("and") == isAnd else {
                throw ExpressionError(
                    code: "mixed-logic", at: token.offset,
                    "and and or are mixed; say with parentheses which belongs together")
            }
            advance()
            let operand = try negation()
            operands.append(try condition(operand))
        }
        return try make(isAnd ? .all(operands) : .any(operands), .condition, at: offset)
    }

    private mutating func negation() throws(ExpressionError) -> Expression {
        isWord("not") ? try not() : try comparison(of: try sum())
    }

    private mutating func not() throws(ExpressionError) -> Expression {
        let offset = token.offset
        advance()
        try enter()
        let operand = try negation()
        leave()
        return try make(.not(try condition(operand)), .condition, at: offset)
    }

    private func condition(_ expression: Expression) throws(ExpressionError) -> Expression {
        let condition = expression.asCondition
        guard condition.kind == .condition else {
            throw ExpressionError(
                code: "not-a-condition", at: expression.offset,
                "a condition is needed here and this is a \(expression.kind.rawValue); compare it")
        }
        return condition
    }

    // MARK: Comparisons

    private mutating func comparison(
        of left: Expression
    ) throws(ExpressionError) -> Expression {
        let offset = token.offset
        if case .symbol(let symbol) = token.kind,
            let comparison = Expression.Comparison(rawValue: symbol)
        {
            advance()
            let right = try sum()
            try checkComparable(left, comparison, right, at: offset)
            return try chained(
                try make(.comparison(comparison, left, right), .condition, at: offset))
        }
        guard case .word(let word) = token.kind else { return left }
        switch word {
        case "in":
            return try chained(try membership(left, negated: false))
        case "not":
            advance()
            guard isWord("in") else {
                throw ExpressionError(
                    at: token.offset, "\"in\" is expected after not, not \(token.shown)")
            }
            return try chained(try membership(left, negated: true))
        case "contains", "starts_with":
            advance()
            let right = try sum()
            for side in [left, right] where !side.kind.isText {
                throw ExpressionError(
                    code: "type", at: side.offset,
                    "\(word) asks about text, and this is a \(side.kind.rawValue)")
            }
            let node: Expression.Node =
                word == "contains" ? .contains(left, right) : .startsWith(left, right)
            return try chained(try make(node, .condition, at: offset))
        case "is":
            advance()
            let negated = skip(word: "not")
            guard skip(word: "blank") else {
                throw ExpressionError(
                    at: token.offset, "write \"is blank\" or \"is not blank\"")
            }
            try checkIsValue(left)
            return try chained(try make(.blank(left, negated: negated), .condition, at: offset))
        default:
            return left
        }
    }

    /// `a < b < c` means nothing here.
    private func chained(_ read: Expression) throws(ExpressionError) -> Expression {
        if case .symbol(let symbol) = token.kind, Expression.Comparison(rawValue: symbol) != nil {
            throw ExpressionError(
                at: token.offset, "comparisons cannot be chained; join them with and")
        }
        return read
    }

    private mutating func membership(
        _ needle: Expression, negated: Bool
    ) throws(ExpressionError) -> Expression {
        let offset = token.offset
        advance()
        try expect(symbol: "(")
        var list: [Expression] = []
        repeat {
            let element = try sum()
            try checkComparable(needle, .equal, element, at: element.offset)
            list.append(element)
        } while skip(symbol: ",")
        try expect(symbol: ")")
        return try make(.membership(needle, list, negated: negated), .condition, at: offset)
    }

    private func checkComparable(
        _ left: Expression, _ comparison: Expression.Comparison, _ right: Expression, at offset: Int
    ) throws(ExpressionError) {
        try checkIsValue(left)
        try checkIsValue(right)
        guard left.kind.isComparable(to: right.kind) else {
            throw ExpressionError(
                code: "type", at: offset,
                "a \(left.kind.rawValue) cannot be compared with a \(right.kind.rawValue)"
                    + Self.hint(left, right))
        }
        guard comparison != .equal, comparison != .notEqual else { return }
        for side in [left, right] where side.kind == .flag || side.kind == .choice {
            throw ExpressionError(
                code: "type", at: offset,
                "a \(side.kind.rawValue) has no order; compare it with == or !=")
        }
    }

    /// Where a number or a date was meant and put in quotes: what to do.
    private static func hint(_ left: Expression, _ right: Expression) -> String {
        for (text, other) in [(left, right), (right, left)] {
            guard case .literal(.text) = text.node,
                other.kind == .number || other.kind == .date || other.kind == .score
            else { continue }
            return "; a \(other.kind == .date ? "date" : "number") is written without quotes"
        }
        return ""
    }

    func checkIsValue(_ expression: Expression) throws(ExpressionError) {
        guard expression.kind != .condition else {
            throw ExpressionError(
                code: "type", at: expression.offset,
                "a value is needed here and this is a condition; join conditions with and, or")
        }
    }

    // MARK: Arithmetic

    mutating func sum() throws(ExpressionError) -> Expression {
        var left = try term()
        while let operation = operation(["+", "-"]) {
            left = try combine(left, operation, try term())
        }
        return left
    }

    private mutating func term() throws(ExpressionError) -> Expression {
        var left = try unit()
        while let operation = operation(["*", "/", "%"]) {
            left = try combine(left, operation, try unit())
        }
        return left
    }

    /// The operator that stands here, if it is one of these; behind it afterwards.
    private mutating func operation(
        _ symbols: [String]
    ) -> (Expression.Arithmetic, offset: Int)? {
        guard case .symbol(let symbol) = token.kind, symbols.contains(symbol),
            let operation = Expression.Arithmetic(rawValue: symbol)
        else { return nil }
        let offset = token.offset
        advance()
        return (operation, offset)
    }

    private func combine(
        _ left: Expression, _ operation: (Expression.Arithmetic, offset: Int), _ right: Expression
    ) throws(ExpressionError) -> Expression {
        let (operation, offset) = operation
        try checkIsValue(left)
        try checkIsValue(right)
        guard let kind = operation.result(left.kind, right.kind) else {
            throw ExpressionError(
                code: "type", at: offset,
                "\(left.kind.rawValue) \(operation.rawValue) \(right.kind.rawValue) has no meaning")
        }
        return try make(.arithmetic(operation, left, right), kind, at: offset)
    }
}

extension Expression.Arithmetic {
    /// The kind of the result, or nil when the operation does not exist.
    fileprivate func result(
        _ left: Expression.Kind, _ right: Expression.Kind
    ) -> Expression.Kind? {
        switch (self, left, right) {
        case (_, let a, let b) where a.isNumber && b.isNumber: .number
        case (.plus, .date, .span), (.plus, .span, .date), (.minus, .date, .span): .date
        case (.minus, .date, .date): .span
        case (.plus, .span, .span), (.minus, .span, .span): .span
        case (.times, .span, let b) where b.isNumber: .span
        case (.times, let a, .span) where a.isNumber: .span
        default: nil
        }
    }
}
