import Core
import Diagnostics

extension Parser {
    /// `in_segment "x"`, `tagged "x"`, `subscribed "x"`, the text in parentheses too, and
    /// `sample(10%, "seed")`; nil when the word is used as a name.
    mutating func membershipCall(_ word: String) throws(ExpressionError) -> Expression? {
        let offset = token.offset
        let next = tokens[index + 1].kind
        if word == "sample" {
            guard next == .symbol("(") else { return nil }
            advance()
            return try sample(at: offset)
        }
        let parenthesised = next == .symbol("(")
        if !parenthesised {
            guard case .text = next else { return nil }
        }
        advance()
        if parenthesised { advance() }
        let name = try text("the name")
        if parenthesised { try expect(symbol: ")") }
        switch word {
        case "in_segment":
            try check(name, "segment", among: vocabulary.segments)
            return try make(.inSegment(name.text), .condition, at: name.offset)
        case "subscribed":
            try check(topic: name)
            return try make(.subscribed(name.text), .condition, at: offset)
        default:
            return try make(.tagged(name.text), .condition, at: offset)
        }
    }

    private typealias Name = (text: String, offset: Int)

    private mutating func text(_ what: String) throws(ExpressionError) -> Name {
        guard case .text(let text) = token.kind else {
            throw ExpressionError(
                at: token.offset, "\(what) is expected in quotes here, not \(token.shown)")
        }
        let offset = token.offset
        advance()
        return (text, offset)
    }

    private func check(
        _ name: Name, _ kind: String, among known: Set<String>
    ) throws(ExpressionError) {
        guard !known.contains(name.text) else { return }
        throw ExpressionError(
            code: "unknown-\(kind)", at: name.offset,
            unknownName(kind, name.text, among: known.sorted()))
    }

    private func check(topic: Name) throws(ExpressionError) {
        guard !vocabulary.allowsAnyTopic else { return }
        try check(topic, "topic", among: vocabulary.topics)
    }

    private mutating func sample(at offset: Int) throws(ExpressionError) -> Expression {
        try expect(symbol: "(")
        guard case .number(let percent) = token.kind, (0...100).contains(percent) else {
            throw ExpressionError(
                at: token.offset, "a percentage from 0% to 100% is expected here")
        }
        advance()
        try expect(symbol: "%")
        try expect(symbol: ",")
        let seed = try text("the seed")
        try expect(symbol: ")")
        return try make(
            .sample(Sample(fraction: percent / 100, seed: seed.text)), .condition, at: offset)
    }

    // MARK: Behaviour

    mutating func behaviour(_ verb: Behaviour.Verb) throws(ExpressionError) -> Expression {
        let offset = token.offset
        advance()
        try expect(symbol: "(")
        var behaviour = Behaviour(verb)
        let subject = verb == .bought ? "the category" : "the mailing's name"
        var mentionOffset = offset
        if !skip(word: "any") {
            let name = try text("\(subject), or any,")
            if verb == .bought {
                behaviour.category = name.text
            } else {
                behaviour.mailing = name.text
                mentionOffset = name.offset
            }
        }
        var named: Set<String> = []
        while skip(symbol: ",") {
            if case .text(let link) = token.kind, verb == .clicked, behaviour.link == nil,
                named.isEmpty
            {
                behaviour.link = link
                advance()
            } else {
                try argument(of: &behaviour, &named)
            }
        }
        try expect(symbol: ")")
        return try make(.behaviour(behaviour), .condition, at: mentionOffset)
    }

    private mutating func argument(
        of behaviour: inout Behaviour, _ named: inout Set<String>
    ) throws(ExpressionError) {
        let start = token
        let known =
            behaviour.verb == .bought ? ["within", "at_least"] : ["within", "at_least", "topic"]
        guard case .word(let name) = start.kind else {
            throw ExpressionError(
                at: start.offset,
                "one of \(known.joined(separator: ", ")) with a colon is expected here, "
                    + "not \(start.shown)")
        }
        guard known.contains(name) else {
            throw ExpressionError(
                code: "unknown-argument", at: start.offset,
                unknownName("argument", name, among: known))
        }
        guard named.insert(name).inserted else {
            throw ExpressionError(at: start.offset, "\(name) is given twice")
        }
        advance()
        try expect(symbol: ":")
        switch (name, token.kind) {
        case ("within", .span(let span)):
            behaviour.within = span
            advance()
        case ("at_least", .number(let count))
        where count >= 1 && count <= 1_000_000 && count == count.rounded():
            behaviour.atLeast = Int(count)
            advance()
        case ("topic", .text):
            let topic = try text("the topic")
            try check(topic: topic)
            behaviour.topic = topic.text
        default:
            let wanted = [
                "within": "a duration such as 30d", "at_least": "a whole number from 1",
                "topic": "a topic's name in quotes",
            ]
            throw ExpressionError(
                at: token.offset, "\(wanted[name] ?? "a value") is expected here")
        }
    }
}
