internal import Diagnostics

/// Reads terms, filters and arguments strictly, by recursive descent over lexemes.
struct TermParser {
    let source: TemplateSource
    let mode: Template.Mode
    let lexemes: [Lexeme]
    var next = 0
    /// Brackets and parentheses open around the current lexeme.
    private var depth = 0

    /// How deep brackets and parentheses may nest.
    static let maximumDepth = 50

    init(source: TemplateSource, mode: Template.Mode, range: Range<Int>) throws(Finding) {
        self.source = source
        self.mode = mode
        lexemes = try Lexer(source: source).lexemes(in: range)
    }

    var current: Lexeme { lexemes[next] }
    var place: Place { Place(source, current.range.lowerBound) }

    func looking(at kind: Lexeme.Kind, ahead: Int = 0) -> Bool {
        next + ahead < lexemes.count && lexemes[next + ahead].kind == kind
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: source.text.bytes[range], as: UTF8.self)
    }

    /// Whether the current lexeme is this word.
    func looking(atWord word: StaticString) -> Bool {
        let range = current.range
        return current.kind == .word && range.count == word.utf8CodeUnitCount
            && source.text.bytes.starts(with: word, at: range.lowerBound, before: range.upperBound)
    }

    mutating func take(_ kind: Lexeme.Kind) -> Lexeme? {
        guard current.kind == kind else { return nil }
        defer { if kind != .end { next += 1 } }
        return current
    }

    mutating func takeWord(_ word: StaticString) -> Bool {
        guard looking(atWord: word) else { return false }
        next += 1
        return true
    }

    @discardableResult
    mutating func require(_ kind: Lexeme.Kind, _ what: String) throws(Finding) -> Lexeme {
        guard let lexeme = take(kind) else { throw expected(what) }
        return lexeme
    }

    mutating func requireEnd() throws(Finding) {
        guard current.kind == .end else { throw expected("the end") }
    }

    func expected(_ what: String) -> Finding {
        let found = current.kind == .end ? "the end" : "\"\(text(current.range))\""
        return place.finding("syntax", "\(what) is expected, not \(found)")
    }

    // MARK: Terms

    mutating func term() throws(Finding) -> Term {
        switch current.kind {
        case .word:
            let word = current
            next += 1
            let segments = try lookups()
            if segments.isEmpty, let literal = Literals.word(text(word.range)) { return literal }
            return .path(
                Path(
                    root: .name(text(word.range)), segments: segments,
                    at: Place(source, word.range.lowerBound)))
        case .openSquare:
            let start = place
            let key = try bracketed()
            return .path(Path(root: .key(key), segments: try lookups(), at: start))
        case .string:
            let range = current.range
            next += 1
            return .literal(
                .string(Array(source.text.bytes[range.lowerBound + 1..<range.upperBound - 1])))
        case .number:
            let range = current.range
            next += 1
            return .literal(Literals.number(source.text.bytes[range]))
        case .openRound:
            return try range()
        default:
            throw expected("a value")
        }
    }

    private mutating func range() throws(Finding) -> Term {
        let start = place
        try enter()
        defer { depth -= 1 }
        next += 1
        let first = try term()
        try require(.dots, "\"..\"")
        let last = try term()
        try require(.closeRound, "\")\"")
        return try Literals.range(first, last, at: start)
    }

    private mutating func bracketed() throws(Finding) -> Term {
        try enter()
        defer { depth -= 1 }
        try require(.openSquare, "\"[\"")
        let key = try term()
        try require(.closeSquare, "\"]\"")
        return key
    }

    private mutating func lookups() throws(Finding) -> [Path.Segment] {
        var segments: [Path.Segment] = []
        while true {
            if looking(at: .openSquare) {
                segments.append(.key(try bracketed()))
            } else if take(.dot) != nil {
                segments.append(.name(text(try require(.word, "a name").range)))
            } else {
                return segments
            }
        }
    }

    mutating func enter() throws(Finding) {
        guard depth < Self.maximumDepth else {
            throw place.finding("nesting", "brackets are nested too deep")
        }
        depth += 1
    }

    // MARK: Filters

    /// A term and its filters up to the end.
    mutating func filteredTerm() throws(Finding) -> FilteredTerm {
        if take(.end) != nil {
            guard !mode.isMail else { throw expected("a value") }
            return FilteredTerm(.literal(.null))
        }
        var value = FilteredTerm(try term())
        while take(.pipe) != nil {
            let name = try require(.word, "a filter's name")
            var call = FilterCall(
                name: text(name.range), at: Place(source, name.range.lowerBound))
            if take(.colon) != nil {
                repeat { try argument(&call) } while take(.comma) != nil
            }
            value.filters.append(call)
        }
        try requireEnd()
        return value
    }

    private mutating func argument(_ call: inout FilterCall) throws(Finding) {
        if looking(at: .word), looking(at: .colon, ahead: 1) {
            let name = text(current.range)
            next += 2
            call.named.append(Node.Partial.Argument(name: name, value: try term()))
        } else {
            call.arguments.append(try term())
        }
    }

    /// `name: term` pairs separated by commas, up to the end.
    mutating func namedArguments() throws(Finding) -> [Node.Partial.Argument] {
        var arguments: [Node.Partial.Argument] = []
        while current.kind != .end {
            let name = text(try require(.word, "an argument's name").range)
            try require(.colon, "\":\"")
            arguments.append(Node.Partial.Argument(name: name, value: try term()))
            if take(.comma) == nil { break }
        }
        try requireEnd()
        return arguments
    }
}
