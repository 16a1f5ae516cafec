import Core
import Diagnostics

extension Parser {
    static let keywords: Set<String> = [
        "and", "or", "not", "in", "is", "blank", "contains", "starts_with", "true", "false", "now",
        "lower", "in_segment", "tagged", "subscribed",
    ]

    mutating func unit() throws(ExpressionError) -> Expression {
        if isSymbol("(") { return try parenthesised() }
        return isSymbol("-") ? try negative() : try simpleUnit()
    }

    private mutating func parenthesised() throws(ExpressionError) -> Expression {
        advance()
        try enter()
        let inner = try disjunction()
        leave()
        try expect(symbol: ")")
        return inner
    }

    private mutating func negative() throws(ExpressionError) -> Expression {
        let offset = token.offset
        advance()
        try enter()
        let operand = try unit()
        leave()
        guard operand.kind.isNumber || operand.kind == .span else {
            throw ExpressionError(
                code: "type", at: offset, "a \(operand.kind.rawValue) has no negative")
        }
        return try make(.negative(operand), operand.kind == .span ? .span : .number, at: offset)
    }

    private mutating func simpleUnit() throws(ExpressionError) -> Expression {
        let token = token
        switch token.kind {
        case .number(let value): return try literal(.number(value), .number)
        case .span(let value): return try literal(.span(value), .span)
        case .date(let value): return try literal(.date(value), .date)
        case .text(let value): return try literal(.text(value), .text)
        case .word(let word): return try named(word)
        case .symbol, .end:
            throw ExpressionError(
                at: token.offset, "a value is expected here, not \(token.shown)")
        }
    }

    private mutating func literal(
        _ value: FieldValue, _ kind: Expression.Kind
    ) throws(ExpressionError) -> Expression {
        let offset = token.offset
        advance()
        return try make(.literal(value), kind, at: offset)
    }

    private mutating func named(_ word: String) throws(ExpressionError) -> Expression {
        let offset = token.offset
        switch word {
        case "true": return try literal(.flag(true), .flag)
        case "false": return try literal(.flag(false), .flag)
        case "now":
            advance()
            return try make(.now, .date, at: offset)
        case "lower" where tokens[index + 1].kind == .symbol("("):
            return try lower()
        case "in_segment", "tagged", "subscribed", "sample":
            if let call = try membershipCall(word) { return call }
        default: break
        }
        if let verb = Behaviour.Verb(rawValue: word), tokens[index + 1].kind == .symbol("(") {
            return try behaviour(verb)
        }
        return try field(word)
    }

    private mutating func lower() throws(ExpressionError) -> Expression {
        let offset = token.offset
        advance()
        advance()
        try enter()
        let operand = try sum()
        leave()
        guard operand.kind.isText else {
            throw ExpressionError(
                code: "type", at: operand.offset,
                "lower takes a text, and this is a \(operand.kind.rawValue)")
        }
        try expect(symbol: ")")
        return try make(.lower(operand), .text, at: offset)
    }

    private mutating func field(_ word: String) throws(ExpressionError) -> Expression {
        let offset = token.offset
        var name = word
        if vocabulary.fields[name] == nil, word.hasPrefix("profile.") {
            name = String(word.dropFirst("profile.".count))
        }
        if let type = vocabulary.fields[name] {
            advance()
            return try make(.field(name), Expression.Kind(type), at: offset)
        }
        if Self.keywords.contains(word) {
            throw ExpressionError(at: offset, "a value is expected here, not \"\(word)\"")
        }
        if tokens[index + 1].kind == .symbol("(") {
            throw ExpressionError(
                code: "unknown-function", at: offset,
                unknownName("function", word, among: Self.functions))
        }
        if Self.keywords.contains(word.lowercased()) {
            throw ExpressionError(at: offset, "write \(word.lowercased()) in lower case")
        }
        throw ExpressionError(
            code: "unknown-field", at: offset,
            unknownName("field", name, among: vocabulary.fields.keys.sorted()))
    }

    private static let functions =
        Behaviour.Verb.allCases.map(\.rawValue) + [
            "lower", "sample", "in_segment", "tagged", "subscribed",
        ]
}
