internal import Diagnostics

extension TemplateParser {
    mutating func loop(_ token: Tokenizer.Token) throws(Finding) -> (Node, isBlank: Bool) {
        var node = tolerate(standIn(token)) { (parser) throws(Finding) in
            try parser.loopHead(token)
        }
        let body = try body()
        var otherwise = Body()
        guard var end = body.end else { throw unclosed("for", token) }
        if text(end.name) == "else" {
            if mode.isMail, !end.markup.isEmpty {
                findings.append(syntax(end, "\"else\" takes no condition in a loop"))
            }
            otherwise = try self.body()
            guard let second = otherwise.end else { throw unclosed("for", token) }
            end = second
        }
        guard text(end.name) == "endfor" else { throw stray(end) }
        let isBlank = body.isBlank && otherwise.isBlank
        node.body = isBlank ? body.withoutText : body.nodes
        node.otherwise = isBlank ? otherwise.withoutText : otherwise.nodes
        return (.loop(node), isBlank)
    }

    /// What stands for a loop whose head cannot be read, so that its body is read still.
    private func standIn(_ token: Tokenizer.Token) -> Node.Loop {
        let variable = source.text.bytes[token.markup].prefix { $0.isNamePart }
        return Node.Loop(
            variable: String(decoding: variable, as: UTF8.self), collection: .literal(.null),
            name: "", body: [], at: place(token.range.lowerBound))
    }

    private func loopHead(_ token: Tokenizer.Token) throws(Finding) -> Node.Loop {
        mode == .lax ? try lenientLoopHead(token) : try strictLoopHead(token)
    }

    private func strictLoopHead(_ token: Tokenizer.Token) throws(Finding) -> Node.Loop {
        var parser = try strict(token.markup)
        let variable = text(try parser.require(.word, "a variable").range)
        guard parser.takeWord("in") else { throw parser.expected("\"in\"") }
        let start = parser.current.range.lowerBound
        let collection = try parser.term()
        let written = start..<parser.lexemes[parser.next - 1].range.upperBound
        var node = Node.Loop(
            variable: variable, collection: collection,
            name: variable + "-" + canonical(written), body: [],
            at: place(token.range.lowerBound))
        node.isReversed = parser.takeWord("reversed")
        while parser.current.kind != .end {
            _ = parser.take(.comma)
            if parser.takeWord("limit") {
                try parser.require(.colon, "\":\"")
                node.limit = try parser.term()
            } else if parser.takeWord("offset") {
                try parser.require(.colon, "\":\"")
                node.offset =
                    parser.takeWord("continue") ? .goOn : .term(try parser.term())
            } else {
                throw parser.expected("limit or offset")
            }
        }
        return node
    }

    /// The collection as written, without blanks outside quotes.
    private func canonical(_ range: Range<Int>) -> String {
        var quote: UInt8?
        let kept = source.text.bytes[range].filter { byte in
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte.isQuote {
                quote = byte
            }
            return quote != nil || !byte.isSpace
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// `name in fragment reversed`, with attributes anywhere.
    private func lenientLoopHead(_ token: Tokenizer.Token) throws(Finding) -> Node.Loop {
        let (variable, collection, rest) = try lenientIn(token)
        var node = Node.Loop(
            variable: variable, collection: try lenient.term(collection),
            name: variable + "-" + text(collection), body: [],
            at: place(token.range.lowerBound))
        let bytes = source.text.bytes
        let after = lenient.skipSpace(rest, token.markup.upperBound)
        node.isReversed = bytes.starts(
            with: "reversed", at: after, before: token.markup.upperBound)
        for (name, value) in lenient.attributes(token.markup) {
            switch name {
            case "limit": node.limit = try lenient.term(value)
            case "offset":
                node.offset =
                    text(value) == "continue" ? .goOn : .term(try lenient.term(value))
            default: break
            }
        }
        return node
    }

    /// `variable in collection`, and where it ends.
    private func lenientIn(
        _ token: Tokenizer.Token
    ) throws(Finding) -> (String, collection: Range<Int>, end: Int) {
        let bytes = source.text.bytes
        let end = token.markup.upperBound
        var nameEnd = token.markup.lowerBound
        while nameEnd < end, bytes[nameEnd].isNamePart { nameEnd += 1 }
        let word = lenient.skipSpace(nameEnd, end)
        let start = lenient.skipSpace(word + 2, end)
        guard nameEnd > token.markup.lowerBound, word > nameEnd,
            bytes.starts(with: "in", at: word, before: end), start > word + 2,
            let close = lenient.fragment(start, end)
        else { throw syntax(token, "\"name in collection\" is expected") }
        return (text(token.markup.lowerBound..<nameEnd), start..<close, close)
    }

    mutating func table(_ token: Tokenizer.Token) throws(Finding) -> (Node, isBlank: Bool) {
        var node = tolerate(
            Node.Table(
                variable: "", collection: .literal(.null), body: [],
                at: place(token.range.lowerBound))
        ) { (parser) throws(Finding) in
            try parser.tableHead(token)
        }
        let body = try body()
        guard let end = body.end else { throw unclosed("tablerow", token) }
        guard text(end.name) == "endtablerow" else { throw stray(end) }
        node.body = body.nodes
        return (.table(node), body.isBlank)
    }

    private func tableHead(_ token: Tokenizer.Token) throws(Finding) -> Node.Table {
        guard mode == .lax || mode == .strict else { return try strictTableHead(token) }
        let (variable, collection, _) = try lenientIn(token)
        var node = Node.Table(
            variable: variable, collection: try lenient.term(collection), body: [],
            at: place(token.range.lowerBound))
        for (name, value) in lenient.attributes(token.markup) {
            switch name {
            case "cols": node.columns = try lenient.term(value)
            case "limit": node.limit = try lenient.term(value)
            case "offset": node.offset = try lenient.term(value)
            default: break
            }
        }
        return node
    }

    private func strictTableHead(_ token: Tokenizer.Token) throws(Finding) -> Node.Table {
        var parser = try strict(token.markup)
        let variable = text(try parser.require(.word, "a variable").range)
        guard parser.takeWord("in") else { throw parser.expected("\"in\"") }
        var node = Node.Table(
            variable: variable, collection: try parser.term(), body: [],
            at: place(token.range.lowerBound))
        while parser.current.kind != .end {
            _ = parser.take(.comma)
            let name = parser.current
            guard name.kind == .word else { throw parser.expected("cols, limit or offset") }
            parser.next += 1
            try parser.require(.colon, "\":\"")
            let value = try parser.term()
            switch text(name.range) {
            case "cols": node.columns = value
            case "limit": node.limit = value
            case "offset": node.offset = value
            default:
                throw place(name.range.lowerBound).finding(
                    "syntax",
                    unknownName(
                        "attribute", text(name.range), among: ["cols", "limit", "offset"]))
            }
        }
        return node
    }
}
