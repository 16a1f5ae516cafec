/// Cuts a template into text, outputs and tags, as Shopify's tokenizer does it: a tag ends at the
/// first `%}`, whatever is quoted in it. Inside `{% liquid %}` each line is a tag.
struct Tokenizer {
    struct Token {
        enum Kind {
            case text
            case output
            case tag
            /// Closed, but no tag's name follows the opening.
            case malformedTag
            case unclosedTag
            case unclosedOutput
        }

        var kind: Kind
        /// The whole token.
        var range: Range<Int>
        var name: Range<Int>
        /// What stands between name and end, without blanks around it.
        var markup: Range<Int>
        var trimsLeft = false
        var trimsRight = false
    }

    let bytes: [UInt8]
    let isLines: Bool
    private(set) var position: Int
    private let end: Int
    /// Cleared once a search for `%}` has failed: without it a text full of `{%` costs a square.
    private var hasTagEnd = true

    init(bytes: [UInt8], range: Range<Int>, isLines: Bool = false) {
        self.bytes = bytes
        self.isLines = isLines
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func next() -> Token? {
        if isLines { return nextLine() }
        guard position < end else { return nil }
        if bytes.starts(with: "{%", at: position, before: end) { return tag(from: position) }
        if bytes.starts(with: "{{", at: position, before: end) { return output() }
        let start = position
        while position < end {
            if bytes[position] == 0x7B, position + 1 < end,
                bytes[position + 1] == 0x7B || bytes[position + 1] == 0x25
            {
                break
            }
            position += 1
        }
        return Token(
            kind: .text, range: start..<position, name: start..<start, markup: start..<start)
    }

    /// Moves behind the first `{% name … %}` after here; nil when there is none.
    mutating func skip(toTag name: StaticString) -> Token? {
        var at = position
        while at + 1 < end {
            guard bytes[at] == 0x7B, bytes[at + 1] == 0x25 else {
                at += 1
                continue
            }
            var word = at + 2
            if word < end, bytes[word] == 0x2D { word += 1 }
            while word < end, bytes[word].isSpace { word += 1 }
            let after = word + name.utf8CodeUnitCount
            if bytes.starts(with: name, at: word, before: end), after < end, !bytes[after].isWord {
                let token = tag(from: at)
                return token.kind == .tag ? token : nil
            }
            at += 2
        }
        return nil
    }

    // MARK: - Lost ends

    /// Whether an output or a tag seems to have taken the end of a later one for its own: outside
    /// quotes an other one begins in it, or, in an output, an element.
    func swallows(_ token: Token) -> Bool {
        guard !isLines, !Self.holdsAnything.contains(where: { bytes[token.name].elementsEqual($0) })
        else { return false }
        var at = token.markup.lowerBound
        while at + 1 < token.markup.upperBound {
            let next = bytes[at + 1]
            switch bytes[at] {
            case 0x22, 0x27: at = endOfQuote(from: at, before: token.markup.upperBound)
            case 0x7B where next == 0x7B || next == 0x25: return true
            // `age <b` compares, so only outputs are asked for elements.
            case 0x3C where token.kind == .output && (next.isLetter || next == 0x2F): return true
            default: break
            }
            at += 1
        }
        return false
    }

    /// Tags whose markup is free text or lines of other tags.
    private static let holdsAnything = ["#", "comment", "doc", "raw", "liquid"].map { $0.utf8 }

    /// Where the quote ends; where it begins when nothing ends it.
    private func endOfQuote(from start: Int, before end: Int) -> Int {
        bytes[start + 1..<end].firstIndex(of: bytes[start]) ?? start
    }

    /// Goes back behind what can be meant by an output without end: to the end of its line, the
    /// next markup, or the end of the attribute or element it stands in.
    mutating func resume(behindUnclosed token: Token) {
        var at = token.range.lowerBound + 2
        while at < end, ![0x0A, 0x3C, 0x3E, 0x7B, 0x7D].contains(bytes[at]) { at += 1 }
        if at < end, bytes[at] == 0x3E, bytes[at - 1] == 0x22 || bytes[at - 1] == 0x27 { at -= 1 }
        if at < end, bytes[at] == 0x7D { at += 1 }
        position = at
    }

    private mutating func nextLine() -> Token? {
        while position < end {
            var lineEnd = position
            while lineEnd < end, bytes[lineEnd] != 0x0A { lineEnd += 1 }
            let line = bytes.trimmed(position..<lineEnd)
            position = lineEnd + 1
            if !line.isEmpty { return named(range: line, content: line) }
        }
        return nil
    }

    private mutating func tag(from start: Int) -> Token {
        var close = hasTagEnd ? start + 2 : end
        while close + 1 < end, !(bytes[close] == 0x25 && bytes[close + 1] == 0x7D) { close += 1 }
        guard close + 1 < end else {
            hasTagEnd = false
            position = start + 2
            return Token(
                kind: .unclosedTag, range: start..<start + 2, name: start..<start,
                markup: start..<start)
        }
        position = close + 2
        var content = start + 2..<close
        let trimsLeft = bytes[start + 2] == 0x2D
        let trimsRight = bytes[close - 1] == 0x2D
        if trimsLeft { content = min(start + 3, close)..<close }
        if trimsRight, content.upperBound > content.lowerBound {
            content = content.lowerBound..<close - 1
        }
        var token = named(range: start..<position, content: content)
        token.trimsLeft = trimsLeft
        token.trimsRight = trimsRight
        return token
    }

    private func named(range: Range<Int>, content: Range<Int>) -> Token {
        let content = bytes.trimmed(content)
        var nameEnd = content.lowerBound
        if nameEnd < content.upperBound, bytes[nameEnd] == 0x23 {
            nameEnd += 1
        } else {
            while nameEnd < content.upperBound, bytes[nameEnd].isWord { nameEnd += 1 }
        }
        let name = content.lowerBound..<nameEnd
        return Token(
            kind: name.isEmpty ? .malformedTag : .tag, range: range, name: name,
            markup: bytes.trimmed(nameEnd..<content.upperBound))
    }

    private mutating func output() -> Token {
        let start = position
        var at = start + 2
        while at < end {
            if bytes[at] == 0x7D {
                let closed = at + 1 < end && bytes[at + 1] == 0x7D
                guard closed else { break }
                position = at + 2
                return output(start..<position)
            }
            if bytes.starts(with: "{%", at: at, before: end) { break }
            at += 1
        }
        position = at < end ? at + 1 : end
        return Token(
            kind: .unclosedOutput, range: start..<start + 2, name: start..<start,
            markup: start..<start)
    }

    private func output(_ range: Range<Int>) -> Token {
        let trimsLeft = bytes[range.lowerBound + 2] == 0x2D
        let trimsRight = bytes[range.upperBound - 3] == 0x2D
        let start = range.lowerBound + (trimsLeft ? 3 : 2)
        let stop = range.upperBound - (trimsRight ? 3 : 2)
        let markup = bytes.trimmed(start..<max(start, stop))
        return Token(
            kind: .output, range: range, name: start..<start, markup: markup,
            trimsLeft: trimsLeft, trimsRight: trimsRight)
    }
}
