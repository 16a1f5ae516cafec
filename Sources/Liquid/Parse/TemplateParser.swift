package import Diagnostics

extension Template {
    /// Parses a text; the first thing that is wrong is thrown, with its place.
    package init(parsing source: TemplateSource, mode: Mode) throws(Finding) {
        var parser = TemplateParser(source: source, mode: mode)
        let nodes = try parser.document()
        if let finding = parser.findings.first { throw finding }
        self.init(source: source, mode: mode, nodes: nodes)
    }

    /// Parses a text for lint: goes on behind an output or a tag that is wrong in itself, and adds
    /// all findings. Then the tree has stand-ins and is good for finding more, not for rendering;
    /// nil when the blocks do not fit each other.
    package init?(parsing source: TemplateSource, mode: Mode, findings: inout [Finding]) {
        var parser = TemplateParser(source: source, mode: mode)
        do {
            let nodes = try parser.document()
            findings += parser.findings
            self.init(source: source, mode: mode, nodes: nodes)
        } catch {
            findings += parser.findings + [error]
            return nil
        }
    }
}

/// Builds the tree of one text. Bodies end at the tag that the enclosing block knows.
struct TemplateParser {
    /// A body, whether it shows nothing but blanks, and the tag that ended it.
    struct Body {
        var nodes: [Node] = []
        /// Only blank text and tags that print nothing: such a body is emptied of its text.
        var isBlank = true
        var end: Tokenizer.Token?

        /// The nodes without the text.
        var withoutText: [Node] {
            nodes.filter { if case .text(let text) = $0 { text.isRaw } else { true } }
        }
    }

    let source: TemplateSource
    let mode: Template.Mode
    var tokenizer: Tokenizer
    /// What is wrong inside single tags; structure went on.
    var findings: [Finding] = []
    /// The blocks open around the current token, outermost first.
    var open: [String] = []
    /// Whether the last token said `-%}`.
    private var trimsNext = false
    /// Whether the last node of the body at hand is text that `{%-` may trim.
    private var lastIsText = false

    /// How deep blocks may nest.
    static let maximumDepth = 100

    init(source: TemplateSource, mode: Template.Mode) {
        self.source = source
        self.mode = mode
        tokenizer = Tokenizer(bytes: source.text.bytes, range: 0..<source.text.bytes.count)
    }

    mutating func document() throws(Finding) -> [Node] {
        let body = try body()
        if let end = body.end { throw stray(end) }
        return body.nodes
    }

    func place(_ offset: Int) -> Place { Place(source, offset) }

    func text(_ range: Range<Int>) -> String {
        String(decoding: source.text.bytes[range], as: UTF8.self)
    }

    /// Nodes up to a tag that begins nothing: an end, an `else`, or one that nobody knows.
    mutating func body() throws(Finding) -> Body {
        var body = Body()
        lastIsText = false
        while let token = tokenizer.next() {
            switch token.kind {
            case .text: append(token.range, to: &body)
            case .output where mode.isMail && tokenizer.swallows(token),
                .unclosedOutput where mode.isMail:
                try passOver(token, &body)
            case .tag where mode.isMail && tokenizer.swallows(token):
                throw unclosedTag(token)
            case .output:
                trim(token, &body)
                body.isBlank = false
                let value = try attempt { parser throws(Finding) in
                    try parser.filteredTerm(token.markup)
                }
                body.nodes.append(
                    .output(
                        .init(
                            value ?? FilteredTerm(.literal(.null)),
                            at: place(token.range.lowerBound))))
            case .tag:
                trim(token, &body)
                guard try statement(token, &body) else {
                    body.end = token
                    return body
                }
                lastIsText = false
            case .malformedTag:
                throw place(token.range.lowerBound).finding("syntax", "a tag's name is expected")
            case .unclosedTag:
                throw unclosedTag(token)
            case .unclosedOutput:
                throw unclosedOutput(token)
            }
        }
        return body
    }

    private func unclosedTag(_ token: Tokenizer.Token) -> Finding {
        syntax(token, "a tag is not closed by %}")
    }

    private func unclosedOutput(_ token: Tokenizer.Token) -> Finding {
        syntax(token, "an output is not closed by }}")
    }

    /// Notes an output without its end, and goes on with the text that it would have swallowed:
    /// markup lost in it would be missed further down.
    private mutating func passOver(
        _ token: Tokenizer.Token, _ body: inout Body
    ) throws(Finding) {
        body.isBlank = false
        _ = try attempt { (parser) throws(Finding) -> Void in
            throw parser.unclosedOutput(token)
        }
        body.nodes.append(
            .output(.init(FilteredTerm(.literal(.null)), at: place(token.range.lowerBound))))
        tokenizer.resume(behindUnclosed: token)
        lastIsText = false
        trimsNext = false
    }

    private mutating func append(_ range: Range<Int>, to body: inout Body) {
        let bytes = source.text.bytes
        var start = range.lowerBound
        if trimsNext {
            while start < range.upperBound, bytes[start].isSpace { start += 1 }
        }
        trimsNext = false
        let text = Array(bytes[start..<range.upperBound])
        if !text.allSatisfy(\.isSpace) { body.isBlank = false }
        lastIsText = true
        body.nodes.append(.text(.init(text, at: place(start))))
    }

    private mutating func trim(_ token: Tokenizer.Token, _ body: inout Body) {
        if token.trimsLeft, lastIsText, case .text(var last) = body.nodes.last {
            while let byte = last.bytes.last, byte.isSpace { last.bytes.removeLast() }
            body.nodes[body.nodes.count - 1] = .text(last)
        }
        lastIsText = false
        if !tokenizer.isLines { trimsNext = token.trimsRight }
    }

    /// The trimming that the end tag of a skipped or raw part asks for.
    mutating func setTrim(_ token: Tokenizer.Token) { trimsNext = token.trimsRight }

    /// Runs a parse of one token's markup; what it throws is kept, so that the rest is read too.
    private mutating func attempt<T>(
        _ parse: (inout Self) throws(Finding) -> T
    ) throws(Finding) -> T? {
        do {
            return try parse(&self)
        } catch {
            findings.append(error)
            guard findings.count < 50 else { throw error }
            return nil
        }
    }

    func stray(_ token: Tokenizer.Token) -> Finding {
        let name = text(token.name)
        let at = place(token.range.lowerBound)
        if TagName.inner.contains(name) || name.hasPrefix("end") {
            let inside = open.last.map { "inside \($0)" } ?? "here"
            return at.finding("unexpected-tag", "the tag \"\(name)\" is not expected \(inside)")
        }
        if name == "include" {
            return at.finding(
                "unknown-tag",
                "a mailing has no \"include\", whose partials see everything; use \"render\"")
        }
        return at.finding(
            "unknown-tag", unknownName("tag", name, among: TagName.known(in: mode)))
    }

    /// Reads a tag that stands by itself or opens a block; false when it does neither.
    private mutating func statement(
        _ token: Tokenizer.Token, _ body: inout Body
    ) throws(Finding) -> Bool {
        let name = text(token.name)
        switch name {
        case "comment": try skipComment(token)
        case "raw": body.isBlank = try raw(token, &body) && body.isBlank
        case "doc": try skipDoc(token)
        case "#": try checkInlineComment(token)
        case "liquid": try liquid(token, &body)
        default:
            guard TagName.opens(name, in: mode) else { return false }
            if TagName.isBlock(name) {
                let (node, isBlank) = try block(name, token)
                body.nodes.append(node)
                body.isBlank = body.isBlank && isBlank
            } else {
                let isSilent = TagName.isSilent(name)
                body.isBlank = body.isBlank && isSilent
                let node = try attempt { parser throws(Finding) in
                    try parser.simple(name, token)
                }
                if let node { body.nodes.append(node) }
            }
        }
        return true
    }

    /// The lines of `{% liquid %}`, each a tag; blocks opened there are closed there.
    private mutating func liquid(
        _ token: Tokenizer.Token, _ body: inout Body
    ) throws(Finding) {
        try enter("liquid", token)
        defer { open.removeLast() }
        let outer = tokenizer
        let trims = trimsNext
        tokenizer = Tokenizer(bytes: source.text.bytes, range: token.markup, isLines: true)
        let inner = try self.body()
        if let end = inner.end { throw stray(end) }
        tokenizer = outer
        trimsNext = trims
        body.nodes += inner.nodes
        body.isBlank = body.isBlank && inner.isBlank
    }

    mutating func enter(_ name: String, _ token: Tokenizer.Token) throws(Finding) {
        guard open.count < Self.maximumDepth else {
            throw place(token.range.lowerBound).finding("nesting", "blocks are nested too deep")
        }
        open.append(name)
    }
}
