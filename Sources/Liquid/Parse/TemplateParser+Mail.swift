internal import Diagnostics

/// The tags of mail mode. Conditions and scores are kept as text for room Expression.
extension TemplateParser {
    mutating func slot(_ token: Tokenizer.Token) throws(Finding) -> Node {
        var head = try strict(token.markup)
        let name = try quoted(&head, "the slot's name")
        let isOptional = head.takeWord("optional")
        try head.requireEnd()
        var node = Node.Slot(
            name: name, isOptional: isOptional, alternatives: [],
            at: place(token.range.lowerBound))
        var end = try lead(in: "slot", token)
        while text(end.name) != "endslot" {
            guard ["alt", "default"].contains(text(end.name)) else { throw stray(end) }
            if let last = node.alternatives.last, case .otherwise = last.rule {
                throw syntax(end, "nothing can follow the default of a slot")
            }
            var alternative = try alternative(end)
            if node.alternatives.contains(where: { $0.name == alternative.name }) {
                throw place(end.range.lowerBound).finding(
                    "duplicate-alternative",
                    "the slot has two alternatives named \"\(alternative.name)\"")
            }
            let body = try body()
            guard let next = body.end else { throw unclosed("slot", token) }
            alternative.body = body.nodes
            node.alternatives.append(alternative)
            end = next
        }
        guard let last = node.alternatives.last else {
            throw syntax(token, "the slot has no alternatives")
        }
        if !isOptional, !last.isDefault {
            throw place(token.range.lowerBound).finding(
                "missing-default",
                "the slot needs {% default %}, or {% slot \"\(name)\" optional %}")
        }
        return .slot(node)
    }

    /// What stands before the first alternative or block: blanks only.
    private mutating func lead(
        in name: String, _ token: Tokenizer.Token
    ) throws(Finding) -> Tokenizer.Token {
        let lead = try body()
        guard let end = lead.end else { throw unclosed(name, token) }
        guard lead.isBlank, lead.withoutText.isEmpty else {
            throw syntax(token, "only blanks can stand before the first part of \(name)")
        }
        return end
    }

    private func alternative(
        _ token: Tokenizer.Token
    ) throws(Finding) -> Node.Slot.Alternative {
        let at = place(token.range.lowerBound)
        if text(token.name) == "default" {
            guard token.markup.isEmpty else { throw syntax(token, "default takes no arguments") }
            return .init(name: "default", rule: .otherwise, body: [], at: at)
        }
        let (inside, isSegment, rest) = try alternativeHead(token)
        let name = text(inside)
        if isSegment {
            guard rest.isEmpty else {
                throw place(rest.lowerBound).finding("syntax", "the end of the tag is expected")
            }
            return .init(
                name: name, rule: .segment(name, at: place(inside.lowerBound)), body: [], at: at)
        }
        let bytes = source.text.bytes
        guard bytes.starts(with: "when", at: rest.lowerBound, before: rest.upperBound),
            rest.count > 4, bytes[rest.lowerBound + 4].isSpace
        else { throw place(rest.lowerBound).finding("syntax", "\"when\" and a condition follow") }
        let condition = bytes.trimmed(rest.lowerBound + 4..<rest.upperBound)
        return .init(
            name: name, rule: .condition(text(condition), at: place(condition.lowerBound)),
            body: [], at: at)
    }

    /// `segment "name"` or `"name"`, and what follows. Only this much is lexed: conditions have
    /// a grammar of their own.
    private func alternativeHead(
        _ token: Tokenizer.Token
    ) throws(Finding) -> (name: Range<Int>, isSegment: Bool, rest: Range<Int>) {
        let bytes = source.text.bytes
        var at = token.markup.lowerBound
        let end = token.markup.upperBound
        let isSegment = bytes.starts(with: "segment", at: at, before: end)
        if isSegment { at = lenient.skipSpace(at + 7, end) }
        let name = try quotedRange(at, end)
        guard !name.isEmpty else { throw place(at).finding("syntax", "a name is expected") }
        return (name, isSegment, bytes.trimmed(name.upperBound + 1..<end))
    }

    /// The inside of a quoted text that begins here.
    private func quotedRange(_ at: Int, _ end: Int) throws(Finding) -> Range<Int> {
        let lexemes = try Lexer(source: source).firstLexeme(in: at..<end)
        guard let first = lexemes, first.kind == .string else {
            throw place(at).finding("syntax", "a name in quotes is expected")
        }
        return first.range.lowerBound + 1..<first.range.upperBound - 1
    }

    private func quoted(
        _ parser: inout TermParser, _ what: String
    ) throws(Finding) -> String {
        let start = parser.place
        let lexeme = try parser.require(.string, "\(what) in quotes")
        let name = text(lexeme.range.lowerBound + 1..<lexeme.range.upperBound - 1)
        guard !name.isEmpty else { throw start.finding("syntax", "\(what) is empty") }
        return name
    }

    mutating func blocks(_ token: Tokenizer.Token) throws(Finding) -> Node {
        var head = try strict(token.markup)
        var limit: Int?
        if head.takeWord("limit") {
            try head.require(.colon, "\":\"")
            guard case .literal(.int(let count)) = try head.term(), count > 0 else {
                throw syntax(token, "the limit is a whole number above 0")
            }
            limit = count
        }
        try head.requireEnd()
        var node = Node.Blocks(limit: limit, blocks: [], at: place(token.range.lowerBound))
        var end = try lead(in: "blocks", token)
        while text(end.name) != "endblocks" {
            guard text(end.name) == "block" else { throw stray(end) }
            node.blocks.append(try block(end, among: node.blocks))
            end = try lead(in: "blocks", token)
        }
        guard !node.blocks.isEmpty else { throw syntax(token, "blocks holds no block") }
        return .blocks(node)
    }

    private mutating func block(
        _ token: Tokenizer.Token, among others: [Node.Blocks.Block]
    ) throws(Finding) -> Node.Blocks.Block {
        let name = try quotedRange(token.markup.lowerBound, token.markup.upperBound)
        let bytes = source.text.bytes
        let rest = bytes.trimmed(name.upperBound + 1..<token.markup.upperBound)
        let colon = lenient.skipSpace(rest.lowerBound + 5, rest.upperBound)
        guard bytes.starts(with: "score", at: rest.lowerBound, before: rest.upperBound),
            colon < rest.upperBound, bytes[colon] == 0x3A
        else { throw place(rest.lowerBound).finding("syntax", "\"score:\" is expected") }
        let score = bytes.trimmed(colon + 1..<rest.upperBound)
        guard !score.isEmpty else { throw place(colon).finding("syntax", "a score is expected") }
        if others.contains(where: { $0.name == text(name) }) {
            throw place(token.range.lowerBound)
                .finding("duplicate-block", "there are two blocks named \"\(text(name))\"")
        }
        let body = try body()
        guard let end = body.end else { throw unclosed("block", token) }
        guard text(end.name) == "endblock" else { throw stray(end) }
        return .init(
            name: text(name), score: text(score), scoreAt: place(score.lowerBound),
            body: body.nodes, at: place(token.range.lowerBound))
    }

    func abort(_ token: Tokenizer.Token) throws(Finding) -> Node.Abort {
        var parser = try strict(token.markup)
        let reason = try quoted(&parser, "the reason")
        try parser.requireEnd()
        return .init(reason: reason, at: place(token.range.lowerBound))
    }

    func coupon(_ token: Tokenizer.Token) throws(Finding) -> Node {
        var parser = try strict(token.markup)
        let pool = try quoted(&parser, "the coupon pool's name")
        try parser.requireEnd()
        return .coupon(pool, at: place(token.range.lowerBound))
    }

    /// `{% survey "NAME" %}` renders a partial that whoever loads partials makes of the survey.
    func survey(_ token: Tokenizer.Token) throws(Finding) -> Node {
        var parser = try strict(token.markup)
        let name = try quoted(&parser, "the survey's name")
        try parser.requireEnd()
        return .partial(
            .init(
                name: .literal(Value("survey:\(name)")), at: place(token.range.lowerBound)))
    }

    func require(_ token: Tokenizer.Token) throws(Finding) -> Node.Require {
        var parser = try strict(token.markup)
        guard case .path(let path) = try parser.term() else {
            throw place(token.markup.lowerBound).finding("syntax", "a field is expected")
        }
        try parser.requireEnd()
        return .init(path: path, at: place(token.range.lowerBound))
    }
}

extension Node.Slot.Alternative {
    package var isDefault: Bool { if case .otherwise = rule { true } else { false } }
}
