internal import Diagnostics

/// Reads the conditions of mail mode: `not`, parentheses, `and` or `or`, never both without
/// parentheses. Their leaves are Liquid's comparisons, `in_segment "name"`, or what only the
/// expression language has (`is blank`, `in (…)`, arithmetic, dates, calls), which is kept as text.
///
/// Quotes are Liquid's: a backslash escapes nothing.
struct MailConditionParser {
    let source: TemplateSource
    private let bytes: [UInt8]
    private let end: Int
    private var at: Int
    private var depth = 0
    private var leaves = 0

    init(source: TemplateSource, range: Range<Int>) {
        self.source = source
        bytes = source.text.bytes
        at = range.lowerBound
        end = range.upperBound
    }

    mutating func condition() throws(Finding) -> Condition {
        let condition = try chain()
        skipSpace()
        guard at == end else { throw place(at).finding("syntax", "\")\" closes nothing") }
        return condition
    }

    private func place(_ offset: Int) -> Place { Place(source, offset) }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private mutating func skipSpace() {
        while at < end, bytes[at].isSpace { at += 1 }
    }

    /// The end of the word that begins here.
    private func wordEnd(_ start: Int) -> Int {
        var at = start
        while at < end, bytes[at].isNamePart || bytes[at] == 0x3F { at += 1 }
        return at
    }

    private func isWord(_ word: StaticString, at start: Int) -> Bool {
        bytes.starts(with: word, at: start, before: end)
            && wordEnd(start) == start + word.utf8CodeUnitCount
    }

    private func isOperator(at start: Int) -> Bool {
        isWord("and", at: start) || isWord("or", at: start)
    }

    // MARK: Logic

    private mutating func chain() throws(Finding) -> Condition {
        var parts = [try negation()]
        var isAnd: Bool?
        skipSpace()
        while isOperator(at: at) {
            let and = isWord("and", at: at)
            guard isAnd == nil || isAnd == and else {
                throw place(at).finding(
                    "mixed-and-or", "\"and\" and \"or\" are mixed; add parentheses")
            }
            isAnd = and
            at = wordEnd(at)
            parts.append(try negation())
            skipSpace()
        }
        let last = parts.removeLast()
        return parts.reversed().reduce(last) { isAnd == true ? .and($1, $0) : .or($1, $0) }
    }

    private mutating func negation() throws(Finding) -> Condition {
        var isNegated = false
        skipSpace()
        while isWord("not", at: at) {
            isNegated.toggle()
            at = wordEnd(at)
            skipSpace()
        }
        let unit = try unit()
        return isNegated ? .not(unit) : unit
    }

    private mutating func unit() throws(Finding) -> Condition {
        guard depth < TermParser.maximumDepth else {
            throw place(at).finding("nesting", "brackets are nested too deep")
        }
        let start = at
        guard at < end, bytes[at] == 0x28, isGroup else { return try leaf() }
        depth += 1
        defer { depth -= 1 }
        at += 1
        let inner = try chain()
        guard at < end, bytes[at] == 0x29 else {
            throw place(start).finding("syntax", "\"(\" is not closed")
        }
        at += 1
        return inner
    }

    /// Whether the parenthesis that opens here holds a condition: behind it the condition goes on
    /// with `and` or `or`, or ends. Otherwise it belongs to a range or a sum.
    private var isGroup: Bool {
        var open = 0
        var at = at
        while at < end {
            switch bytes[at] {
            case "(": open += 1
            case ")": open -= 1
            case "'", "\"":
                guard let close = bytes[(at + 1)..<end].firstIndex(of: bytes[at]) else {
                    return true
                }
                at = close
            case "." where open == 1 && at + 1 < end && bytes[at + 1] == 0x2E: return false
            default: break
            }
            at += 1
            if open == 0 { break }
        }
        while at < end, bytes[at].isSpace { at += 1 }
        return at == end || bytes[at] == 0x29 || isOperator(at: at)
    }

    // MARK: Leaves

    private mutating func leaf() throws(Finding) -> Condition {
        let start = at
        try skipLeaf()
        let range = bytes.trimmed(start..<at)
        guard !range.isEmpty else {
            let found = at < end ? "\"\(text(at..<max(at + 1, wordEnd(at))))\"" : "the end"
            throw place(at).finding("syntax", "a condition is expected, not \(found)")
        }
        leaves += 1
        guard leaves <= TermParser.maximumTerms else {
            throw place(start).finding("nesting", "a condition joins too many comparisons")
        }
        if let name = segment(range) { return .inSegment(name, at: place(range.lowerBound)) }
        do {
            var parser = try TermParser(source: source, mode: .mail, range: range)
            return try parser.leaf()
        } catch {
            guard isExpression(range), error.code != "typographic-quote" else { throw error }
            return .expression(text(range), at: place(range.lowerBound))
        }
    }

    /// Goes to the `and`, `or` or closing parenthesis that ends a leaf.
    private mutating func skipLeaf() throws(Finding) {
        var open = 0
        while at < end {
            switch bytes[at] {
            case "(", "[": open += 1
            case ")", "]":
                if open == 0 { return }
                open -= 1
            case "'", "\"":
                guard let close = bytes[(at + 1)..<end].firstIndex(of: bytes[at]) else {
                    throw place(at).finding("syntax", "a quoted text is not closed")
                }
                at = close
            case _ where bytes[at].isWord:
                if open == 0, isOperator(at: at) { return }
                at = wordEnd(at)
                continue
            default: break
            }
            at += 1
        }
    }

    /// The name in `in_segment "name"`.
    private func segment(_ range: Range<Int>) -> String? {
        guard isWord("in_segment", at: range.lowerBound) else { return nil }
        let name = bytes.trimmed(range.lowerBound + 10..<range.upperBound)
        guard name.count > 2, let quote = bytes[name].first, quote.isQuote,
            bytes[(name.lowerBound + 1)..<name.upperBound].firstIndex(of: quote)
                == name.upperBound - 1
        else { return nil }
        return text(name.lowerBound + 1..<name.upperBound - 1)
    }

    /// Words of the expression language that plain Liquid has not.
    private static let words: Set<String> = [
        "is", "in", "not", "starts_with", "in_segment", "tagged", "subscribed", "sample", "lower",
        "now", "received", "opened", "clicked", "converted", "bought",
    ]

    /// Whether something outside quotes belongs to the expression language. What has nothing of it
    /// is a mistake in Liquid, and Liquid's message fits better.
    private func isExpression(_ range: Range<Int>) -> Bool {
        var at = range.lowerBound
        while at < range.upperBound {
            switch bytes[at] {
            case "'", "\"":
                guard let close = bytes[(at + 1)..<range.upperBound].firstIndex(of: bytes[at])
                else { return false }
                at = close + 1
            case "+", "-", "*", "/", "%": return true
            case 0x30...0x39:
                let end = wordEnd(at)
                // A date has hyphens, a duration ends in a letter.
                if !bytes[at..<end].allSatisfy(\.isDigit) { return true }
                at = end
            case _ where bytes[at].isWord:
                let end = wordEnd(at)
                if Self.words.contains(text(at..<end)) { return true }
                at = end
            default: at += 1
            }
        }
        return false
    }
}
