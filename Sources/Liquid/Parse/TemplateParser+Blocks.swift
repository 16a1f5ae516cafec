internal import Diagnostics

/// Blocks: tags with bodies.
extension TemplateParser {
    mutating func block(
        _ name: String, _ token: Tokenizer.Token
    ) throws(Finding) -> (Node, isBlank: Bool) {
        if TagName.mailBlocks.contains(name), let around = open.first(where: { $0 != "liquid" }) {
            throw place(token.range.lowerBound)
                .finding("misplaced-\(name)", "\(name) cannot stand inside \(around)")
        }
        try enter(name, token)
        defer { open.removeLast() }
        switch name {
        case "if", "unless": return try conditional(name, token)
        case "case": return try choice(token)
        case "for": return try loop(token)
        case "tablerow": return try table(token)
        case "capture": return try capture(token)
        case "slot": return (try slot(token), false)
        case "blocks": return (try blocks(token), false)
        default:
            let body = try closedBody(name, token)
            return (
                .changed(.init(body: body.nodes, at: place(token.range.lowerBound))), body.isBlank
            )
        }
    }

    /// A body that only `end` + name may end.
    private mutating func closedBody(
        _ name: String, _ token: Tokenizer.Token
    ) throws(Finding) -> Body {
        let body = try body()
        guard let end = body.end else { throw unclosed(name, token) }
        guard text(end.name) == "end" + name else { throw stray(end) }
        return body
    }

    /// Keeps what is wrong with a block's own markup and goes on with a stand-in.
    mutating func tolerate<T>(
        _ standIn: T, _ parse: (inout Self) throws(Finding) -> T
    ) -> T {
        do {
            return try parse(&self)
        } catch {
            findings.append(error)
            return standIn
        }
    }

    private mutating func conditional(
        _ name: String, _ token: Tokenizer.Token
    ) throws(Finding) -> (Node, isBlank: Bool) {
        var heads: [(Condition?, Tokenizer.Token)] = []
        var bodies: [Body] = []
        var head: Tokenizer.Token = token
        while true {
            let condition =
                isElse(head)
                ? nil
                : tolerate(.truth(.literal(.null))) { (parser) throws(Finding) in
                    try parser.conditionOfBranch(head)
                }
            heads.append((condition, head))
            let body = try body()
            bodies.append(body)
            guard let end = body.end else { throw unclosed(name, token) }
            let endName = text(end.name)
            if endName == "end" + name { break }
            guard endName == "else" || endName == "elsif" else { throw stray(end) }
            if mode.isMail, condition == nil {
                findings.append(syntax(end, "\"\(endName)\" stands behind \"else\""))
            }
            head = end
        }
        let isBlank = bodies.allSatisfy(\.isBlank)
        let branches = zip(heads, bodies).map { head, body in
            Node.Conditional.Branch(
                condition: head.0, body: isBlank ? body.withoutText : body.nodes,
                at: place(head.1.range.lowerBound))
        }
        return (
            .conditional(
                .init(
                    branches: branches, isUnless: name == "unless",
                    at: place(token.range.lowerBound))), isBlank
        )
    }

    /// Whether a branch takes all the others leave. Liquid passes over what stands behind `else`,
    /// so that `else if` is taken by everybody; a mailing says so.
    private func isElse(_ head: Tokenizer.Token) -> Bool {
        text(head.name) == "else" && (head.markup.isEmpty || !mode.isMail)
    }

    private func conditionOfBranch(_ head: Tokenizer.Token) throws(Finding) -> Condition {
        guard text(head.name) != "else" else {
            throw syntax(head, "\"else\" takes no condition; write {% elsif … %}")
        }
        return try condition(head)
    }

    private mutating func choice(
        _ token: Tokenizer.Token
    ) throws(Finding) -> (Node, isBlank: Bool) {
        let subject = tolerate(.literal(.null)) { (parser) throws(Finding) in
            try parser.subject(token)
        }
        var heads: [([Term]?, Tokenizer.Token)] = []
        var bodies: [Body] = []
        let unheard = try body()
        if mode.isMail, !unheard.isBlank {
            let text = "what stands between \"case\" and its first \"when\" is never printed"
            findings.append(syntax(token, text))
        }
        var end = unheard.end
        while let head = end, text(head.name) != "endcase" {
            if mode.isMail, let last = heads.last, last.0 == nil {
                findings.append(syntax(head, "\"\(text(head.name))\" stands behind \"else\""))
            }
            switch text(head.name) {
            case "when":
                let values = tolerate([]) { (parser) throws(Finding) in
                    try parser.values(head)
                }
                heads.append((values, head))
            case "else":
                guard head.markup.isEmpty else {
                    throw syntax(head, "\"else\" takes no condition in a case")
                }
                heads.append((nil, head))
            default: throw stray(head)
            }
            let body = try body()
            bodies.append(body)
            end = body.end
        }
        guard end != nil else { throw unclosed("case", token) }
        if mode.isMail, heads.isEmpty {
            findings.append(syntax(token, "a case without \"when\" prints nothing"))
        }
        let isBlank = bodies.allSatisfy(\.isBlank)
        let branches = zip(heads, bodies).map { head, body in
            Node.Choice.Branch(
                values: head.0, body: isBlank ? body.withoutText : body.nodes,
                at: place(head.1.range.lowerBound))
        }
        return (
            .choice(
                .init(subject: subject, branches: branches, at: place(token.range.lowerBound))),
            isBlank
        )
    }

    private func subject(_ token: Tokenizer.Token) throws(Finding) -> Term {
        guard !token.markup.isEmpty else { throw syntax(token, "case needs a value") }
        return try term(token.markup)
    }

    /// The values of a `when`, separated by commas or `or`.
    private func values(_ token: Tokenizer.Token) throws(Finding) -> [Term] {
        if mode == .strict2 || mode.isMail {
            var parser = try strict(token.markup)
            var values: [Term] = []
            repeat {
                values.append(try parser.term())
            } while parser.takeWord("or") || parser.take(.comma) != nil
            try parser.requireEnd()
            return values
        }
        let lenient = lenient
        let bytes = source.text.bytes
        var values: [Term] = []
        var rest = token.markup
        while true {
            guard let fragment = lenient.findFragment(rest) else {
                throw syntax(token, "when needs a value")
            }
            values.append(try lenient.term(fragment))
            var at = lenient.skipSpace(fragment.upperBound, rest.upperBound)
            if at < rest.upperBound, bytes[at] == 0x2C {
                at += 1
            } else if at > fragment.upperBound,
                bytes.starts(with: "or", at: at, before: rest.upperBound),
                at + 2 < rest.upperBound, bytes[at + 2].isSpace
            {
                at += 2
            } else {
                return values
            }
            at = lenient.skipSpace(at, rest.upperBound)
            guard lenient.fragment(at, rest.upperBound) != nil else { return values }
            rest = at..<rest.upperBound
        }
    }

    private mutating func capture(
        _ token: Tokenizer.Token
    ) throws(Finding) -> (Node, isBlank: Bool) {
        let bytes = source.text.bytes
        let isName = { (byte: UInt8) in byte.isNamePart || byte == 0x2E }
        guard let start = bytes[token.markup].firstIndex(where: isName) else {
            throw syntax(token, "capture needs a name")
        }
        var end = start
        while end < token.markup.upperBound, isName(bytes[end]) { end += 1 }
        let name = text(start..<end)
        let body = try closedBody("capture", token)
        return (
            .capture(.init(name: name, body: body.nodes, at: place(token.range.lowerBound))), true
        )
    }
}
