import Core

extension Expression {
    /// The longest text of an expression in bytes, and how deep it may nest.
    package static let maximumLength = 8192
    package static let maximumDepth = 50

    /// Reads a condition: the right side of `where`, `if`, `when`, `exit`.
    package static func condition(
        _ text: String, _ vocabulary: Vocabulary
    ) throws(ExpressionError) -> Expression {
        let read = try value(text, vocabulary)
        guard read.kind == .condition || read.kind == .flag else {
            throw ExpressionError(
                code: "not-a-condition", at: read.offset,
                "a condition is needed here and this is a \(read.kind.rawValue); compare it")
        }
        return read.asCondition
    }

    /// Reads a value of any kind: the right side of an action's `=`. A condition is a flag.
    package static func value(
        _ text: String, _ vocabulary: Vocabulary
    ) throws(ExpressionError) -> Expression {
        guard text.utf8.count <= maximumLength else {
            throw ExpressionError(
                code: "too-long", at: 0, "longer than \(maximumLength) bytes; use segments")
        }
        var parser = Parser(
            tokens: try Lexer.tokens(of: text, zone: vocabulary.zone), vocabulary: vocabulary)
        return try parser.whole()
    }

    /// Reads a value that a score is made of or counted by: a number.
    package static func number(
        _ text: String, _ vocabulary: Vocabulary
    ) throws(ExpressionError) -> Expression {
        let read = try value(text, vocabulary)
        guard read.kind.isNumber else {
            throw ExpressionError(
                code: "type", at: read.offset,
                "a number is needed here and this is a \(read.kind.rawValue)")
        }
        return read
    }

    /// A flag alone becomes a condition.
    var asCondition: Expression {
        kind == .flag
            ? Expression(node: .flag(self), kind: .condition, offset: offset, depth: depth + 1)
            : self
    }
}
