/// Splits HTML into tokens in one linear pass, whatever the bytes are.
///
/// Follows the tokenizer of the HTML standard where mail programs agree with it; entities are left
/// alone. Each byte belongs to exactly one token. Names are cut at 64 octets for comparison.
struct HTMLTokenizer {
    private let bytes: [UInt8]
    private var position = 0
    /// The element whose raw text comes next.
    private var rawElement = ""

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func tokens(_ bytes: [UInt8]) -> [HTMLToken] {
        var tokenizer = HTMLTokenizer(bytes)
        var tokens: [HTMLToken] = []
        while let token = tokenizer.next() { tokens.append(token) }
        return tokens
    }

    /// Elements whose content is no markup.
    static let rawElements: Set<String> = ["script", "style", "title", "textarea", "xmp"]

    mutating func next() -> HTMLToken? {
        guard position < bytes.count else { return nil }
        let start = position
        if !rawElement.isEmpty {
            let name = rawElement
            rawElement = ""
            position = endOfRaw(name)
            if position > start {
                return HTMLToken(kind: .raw, range: start..<position, name: name)
            }
        }
        if bytes[position] == UInt8(ascii: "<") {
            switch byte(1) {
            case UInt8(ascii: "!"), UInt8(ascii: "?"): return declaration()
            case UInt8(ascii: "/"):
                if Self.isLetter(byte(2)) { return tag(isEnd: true) }
            case let byte:
                if Self.isLetter(byte) { return tag(isEnd: false) }
            }
        }
        position += 1
        while position < bytes.count, !isMarkup { position += 1 }
        return HTMLToken(kind: .text, range: start..<position)
    }

    // MARK: - Tokens

    /// Whether markup starts here.
    private var isMarkup: Bool {
        guard bytes[position] == UInt8(ascii: "<") else { return false }
        return switch byte(1) {
        case UInt8(ascii: "!"), UInt8(ascii: "?"): true
        case UInt8(ascii: "/"): Self.isLetter(byte(2))
        case let byte: Self.isLetter(byte)
        }
    }

    private mutating func declaration() -> HTMLToken {
        let start = position
        if starts("<!--[if") || starts("<![if") || starts("<![endif]") || starts("<!--<![endif]") {
            return through(">", from: start, kind: .conditional)
        }
        guard starts("<!--") else { return through(">", from: start, kind: .comment) }
        // The standard ends `<!-->` and `<!--->` at once.
        if byte(4) == UInt8(ascii: ">") || starts("<!--->") {
            return through(">", from: start, kind: .comment)
        }
        position += 4
        return through("-->", from: start, kind: .comment)
    }

    private mutating func through(
        _ end: String, from start: Int, kind: HTMLToken.Kind
    ) -> HTMLToken {
        while position < bytes.count {
            if starts(end) {
                position += end.utf8.count
                return HTMLToken(kind: kind, range: start..<position)
            }
            position += 1
        }
        return HTMLToken(kind: .unterminated, range: start..<position)
    }

    private mutating func tag(isEnd: Bool) -> HTMLToken {
        let start = position
        position += isEnd ? 2 : 1
        // A branch right behind the name brings attributes: <p{% if vip %} class="a"{% endif %}>
        let name = readName {
            Self.isBlank($0) || $0 == UInt8(ascii: "/") || $0 == Fragment.hole
        }
        var token = HTMLToken(
            kind: isEnd ? .endTag : .startTag(selfClosing: false), range: start..<start, name: name)
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: ">") {
                if !isEnd, bytes[position - 1] == UInt8(ascii: "/") {
                    token.kind = .startTag(selfClosing: true)
                }
                position += 1
                token.range = start..<position
                if !isEnd, Self.rawElements.contains(name) { rawElement = name }
                return token
            }
            let before = position
            while position < bytes.count,
                Self.isBlank(bytes[position]) || bytes[position] == UInt8(ascii: "/")
            {
                position += 1
            }
            if position < bytes.count, bytes[position] != UInt8(ascii: ">") {
                token.attributes.append(attribute(from: before))
            }
        }
        return HTMLToken(kind: .unterminated, range: start..<position, name: name)
    }

    private mutating func attribute(from start: Int) -> HTMLAttribute {
        // The standard lets `=` begin a name, so that a name is never empty.
        let first = position
        position += 1
        while position < bytes.count, !Self.endsAttributeName(bytes[position]) { position += 1 }
        let name = lowered(first..<position)
        let afterName = position
        while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            position = afterName
            return HTMLAttribute(
                name: name, range: start..<afterName, value: afterName..<afterName, isQuoted: false)
        }
        position += 1
        while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
        let (value, isQuoted) = attributeValue()
        return HTMLAttribute(
            name: name, range: start..<position, value: value, isQuoted: isQuoted)
    }

    private mutating func attributeValue() -> (Range<Int>, isQuoted: Bool) {
        guard position < bytes.count else { return (position..<position, false) }
        let quote = bytes[position]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            position += 1
            let start = position
            while position < bytes.count, bytes[position] != quote { position += 1 }
            let value = start..<position
            if position < bytes.count { position += 1 }
            return (value, true)
        }
        let start = position
        while position < bytes.count, !Self.isBlank(bytes[position]),
            bytes[position] != UInt8(ascii: ">")
        {
            position += 1
        }
        return (start..<position, false)
    }

    // MARK: - Bytes

    private func byte(_ ahead: Int) -> UInt8 {
        position + ahead < bytes.count ? bytes[position + ahead] : 0
    }

    /// Whether the bytes here spell `text`, letters in either case.
    private func starts(_ text: String) -> Bool {
        var index = position
        for expected in text.utf8 {
            guard index < bytes.count, Self.lower(bytes[index]) == expected else { return false }
            index += 1
        }
        return true
    }

    /// Where the raw text of `name` ends: before its end tag, else at the end of the bytes.
    private func endOfRaw(_ name: String) -> Int {
        var scan = self
        while scan.position < bytes.count {
            if bytes[scan.position] == UInt8(ascii: "<"), scan.starts("</" + name) {
                let after = scan.byte(2 + name.utf8.count)
                if !Self.isLetter(after) { return scan.position }
            }
            scan.position += 1
        }
        return bytes.count
    }

    private mutating func readName(until isEnd: (UInt8) -> Bool) -> String {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: ">"), !isEnd(bytes[position])
        {
            position += 1
        }
        return lowered(start..<position)
    }

    private func lowered(_ range: Range<Int>) -> String {
        String(decoding: bytes[range].prefix(64).map(Self.lower), as: UTF8.self)
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == 0x0C
    }

    private static func endsAttributeName(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">")
            || byte == UInt8(ascii: "/")
    }
}
