import Core

/// Cuts the text of an expression into tokens, in one pass.
struct Lexer {
    private let bytes: [UInt8]
    private let zone: Zone
    private var position = 0

    /// All tokens, `.end` last.
    static func tokens(of text: String, zone: Zone) throws(ExpressionError) -> [Token] {
        var lexer = Lexer(bytes: Array(text.utf8), zone: zone)
        var tokens: [Token] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
        return tokens
    }

    private init(bytes: [UInt8], zone: Zone) {
        self.bytes = bytes
        self.zone = zone
    }

    private func byte(_ distance: Int = 0) -> UInt8 {
        position + distance < bytes.count ? bytes[position + distance] : 0
    }

    private mutating func next() throws(ExpressionError) -> Token {
        while [0x20, 0x09, 0x0A, 0x0D].contains(byte()) { position += 1 }
        let start = position
        guard start < bytes.count else { return Token(kind: .end, offset: start) }
        let first = byte()
        let kind: Token.Kind
        if first.isDigit || first == UInt8(ascii: ".") && byte(1).isDigit {
            kind = try isDate ? date() : number()
        } else if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            kind = try text(quote: first)
        } else if first.beginsWord {
            kind = .word(try word())
        } else {
            kind = .symbol(try symbol())
        }
        return Token(kind: kind, offset: start)
    }

    // MARK: Numbers, durations, dates

    private mutating func digits() -> Int {
        let start = position
        while byte().isDigit { position += 1 }
        return position - start
    }

    private mutating func number() throws(ExpressionError) -> Token.Kind {
        let start = position
        _ = digits()
        if byte() == UInt8(ascii: "."), byte(1).isDigit {
            position += 1
            _ = digits()
        }
        let signed = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
        var hasExponent = false
        if byte() | 0x20 == UInt8(ascii: "e"), byte(signed ? 2 : 1).isDigit {
            position += signed ? 2 : 1
            _ = digits()
            hasExponent = true
        }
        let digitsEnd = position
        if byte().continuesWord || byte() == UInt8(ascii: ".") {
            return try span(start: start, digitsEnd: digitsEnd, hasExponent: hasExponent)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw ExpressionError(at: start, "the number \(text) is too large")
        }
        return .number(value)
    }

    private mutating func span(
        start: Int, digitsEnd: Int, hasExponent: Bool
    ) throws(ExpressionError) -> Token.Kind {
        while byte().continuesWord || byte() == UInt8(ascii: ".") { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let unit = bytes[digitsEnd..<position]
        guard unit.count == 1, "smhdw".utf8.contains(unit[digitsEnd]), !hasExponent else {
            throw ExpressionError(
                at: start,
                "\"\(text)\" is neither a number nor a duration; durations end in s, m, h, d or w")
        }
        guard let span = TimeSpan(text) else {
            throw ExpressionError(at: start, "the duration \(text) is longer than 100 years")
        }
        return .span(span)
    }

    /// Whether `dddd-dd-dd` stands here: then it is a date and no subtraction.
    private var isDate: Bool {
        let pattern = Array("0000-00-00".utf8)
        return pattern.indices.allSatisfy { index in
            pattern[index] == 0x2D ? byte(index) == 0x2D : byte(index).isDigit
        } && !byte(10).isDigit
    }

    private mutating func date() throws(ExpressionError) -> Token.Kind {
        let start = position
        position += 10
        var hasZone = false
        if byte() | 0x20 == UInt8(ascii: "t"), byte(1).isDigit {
            position += 1
            while byte().isDigit || byte() == UInt8(ascii: ":") || byte() == UInt8(ascii: ".") {
                position += 1
            }
            if byte() | 0x20 == UInt8(ascii: "z") {
                position += 1
                hasZone = true
            } else if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-"),
                byte(1).isDigit, byte(2).isDigit, byte(3) == UInt8(ascii: ":"), byte(4).isDigit,
                byte(5).isDigit
            {
                position += 6
                hasZone = true
            }
        }
        while byte().continuesWord { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let read = Instant(text) else {
            throw ExpressionError(
                at: start, "\"\(text)\" is no date; write 2026-12-01 or 2026-12-01T09:00Z")
        }
        return .date(hasZone ? read : zone.instant(of: CivilTime(read)))
    }

    // MARK: Texts

    private mutating func text(quote: UInt8) throws(ExpressionError) -> Token.Kind {
        let start = position
        position += 1
        var content: [UInt8] = []
        while byte() != quote {
            guard position < bytes.count else {
                throw ExpressionError(at: start, "this text has no closing quote")
            }
            if byte() == UInt8(ascii: "\\") {
                content += try escape()
            } else {
                content.append(byte())
                position += 1
            }
        }
        position += 1
        return .text(String(decoding: content, as: UTF8.self).nfc)
    }

    private mutating func escape() throws(ExpressionError) -> [UInt8] {
        let start = position
        position += 2
        switch bytes.indices.contains(start + 1) ? bytes[start + 1] : 0 {
        case UInt8(ascii: "\\"): return [UInt8(ascii: "\\")]
        case UInt8(ascii: "\""): return [UInt8(ascii: "\"")]
        case UInt8(ascii: "'"): return [UInt8(ascii: "'")]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            if byte() == UInt8(ascii: "{"),
                let close = bytes[position...].prefix(10).firstIndex(of: UInt8(ascii: "}")),
                let code = UInt32(
                    String(decoding: bytes[(position + 1)..<close], as: UTF8.self), radix: 16),
                bytes[position + 1] != UInt8(ascii: "+"), let scalar = Unicode.Scalar(code)
            {
                position = close + 1
                return Array(String(Character(scalar)).utf8)
            }
            throw ExpressionError(at: start, "write \\u{E9} with the hexadecimal code of a letter")
        default:
            throw ExpressionError(
                at: start, "unknown escape; known are \\\\ \\\" \\' \\n \\t and \\u{…}")
        }
    }

    // MARK: Words and symbols

    private mutating func word() throws(ExpressionError) -> String {
        let start = position
        try checkQuotes()
        while byte().continuesWord || byte() == UInt8(ascii: ".") && byte(1).continuesWord {
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self).nfc
    }

    /// A word processor's quotes would otherwise begin a name.
    private func checkQuotes() throws(ExpressionError) {
        for quote in ["\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}", "\u{00AB}"]
        where bytes[position...].starts(with: quote.utf8) {
            throw ExpressionError(
                code: "typographic-quote", at: position,
                "\(quote) is a typographic quote; write \" or '")
        }
    }

    private mutating func symbol() throws(ExpressionError) -> String {
        let two = [byte(), byte(1)]
        for symbol in ["==", "!=", "<=", ">="] where two == Array(symbol.utf8) {
            position += 2
            return symbol
        }
        let hints = [
            "=": "write == to compare", "!": "write not", "&": "write and", "|": "write or",
        ]
        let one = String(decoding: [byte()], as: UTF8.self)
        guard "<>+-*/%(),:".contains(one) else {
            let isShown = (0x21...0x7E).contains(byte())
            throw ExpressionError(
                at: position,
                hints[one] ?? (isShown ? "\"\(one)\" is not expected" : "a control character"))
        }
        position += 1
        return one
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
    /// Letters of other alphabets included.
    fileprivate var beginsWord: Bool {
        (0x41...0x5A).contains(self & 0xDF) || self == 0x5F || self >= 0x80
    }
    fileprivate var continuesWord: Bool { beginsWord || isDigit }
}
