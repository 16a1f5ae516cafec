internal import Diagnostics

/// A word, a literal or a sign inside a tag or an output.
struct Lexeme {
    enum Kind {
        case word, string, number, comparison, pipe, dot, dots, colon, comma
        case openSquare, closeSquare, openRound, closeRound, dash, question, end
    }

    var kind: Kind
    var range: Range<Int>
}

/// Reads the lexemes of a range of the source; anything unknown is refused.
struct Lexer {
    let source: TemplateSource
    private var bytes: [UInt8] { source.text.bytes }

    func lexemes(in range: Range<Int>) throws(Finding) -> [Lexeme] {
        var found: [Lexeme] = []
        let bytes = bytes
        var at = range.lowerBound
        while at < range.upperBound {
            if bytes[at].isSpace {
                at += 1
                continue
            }
            let lexeme = try lexeme(bytes, at, range.upperBound)
            found.append(lexeme)
            at = lexeme.range.upperBound
        }
        found.append(Lexeme(kind: .end, range: range.upperBound..<range.upperBound))
        return found
    }

    /// The first lexeme only; the rest may be in another language.
    func firstLexeme(in range: Range<Int>) throws(Finding) -> Lexeme? {
        let bytes = bytes
        guard let start = range.first(where: { !bytes[$0].isSpace }) else { return nil }
        return try lexeme(bytes, start, range.upperBound)
    }

    private func lexeme(_ bytes: [UInt8], _ at: Int, _ end: Int) throws(Finding) -> Lexeme {
        func sign(_ kind: Lexeme.Kind, _ count: Int = 1) -> Lexeme {
            Lexeme(kind: kind, range: at..<at + count)
        }
        let byte = bytes[at]
        let next = at + 1 < end ? bytes[at + 1] : 0
        switch byte {
        case "|": return sign(.pipe)
        case ".": return next == 0x2E ? sign(.dots, 2) : sign(.dot)
        case ":": return sign(.colon)
        case ",": return sign(.comma)
        case "[": return sign(.openSquare)
        case "]": return sign(.closeSquare)
        case "(": return sign(.openRound)
        case ")": return sign(.closeRound)
        case "?": return sign(.question)
        case "<": return sign(.comparison, next == 0x3D || next == 0x3E ? 2 : 1)
        case ">": return sign(.comparison, next == 0x3D ? 2 : 1)
        case "=" where next == 0x3D, "!" where next == 0x3D: return sign(.comparison, 2)
        case "'", "\"":
            guard let close = bytes[(at + 1)..<end].firstIndex(of: byte) else {
                throw Place(source, at).finding("syntax", "a quoted text is not closed")
            }
            return Lexeme(kind: .string, range: at..<close + 1)
        case "-" where !next.isDigit: return sign(.dash)
        default: break
        }
        if byte.isDigit || byte == 0x2D { return number(bytes, at, end) }
        if byte.isLetter || byte == 0x5F { return word(bytes, at, end) }
        throw unexpected(bytes, at, end)
    }

    private func number(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Lexeme {
        var at = start + 1
        while at < end, bytes[at].isDigit { at += 1 }
        if at + 1 < end, bytes[at] == 0x2E, bytes[at + 1].isDigit {
            at += 1
            while at < end, bytes[at].isDigit { at += 1 }
        }
        return Lexeme(kind: .number, range: start..<at)
    }

    private func word(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Lexeme {
        var at = start + 1
        while at < end, bytes[at].isNamePart { at += 1 }
        if at < end, bytes[at] == 0x3F { at += 1 }
        let isContains =
            at - start == 8 && bytes.starts(with: "contains", at: start, before: at)
            && at < end && bytes[at].isSpace
        return Lexeme(kind: isContains ? .comparison : .word, range: start..<at)
    }

    private func unexpected(_ bytes: [UInt8], _ at: Int, _ end: Int) -> Finding {
        let text = String(decoding: bytes[at..<min(at + 4, end)], as: UTF8.self)
        let shown = text.unicodeScalars.first.map { String($0) } ?? ""
        let typographic: Set<Unicode.Scalar> = [
            "\u{201C}", "\u{201D}", "\u{201E}", "\u{201F}", "\u{2018}", "\u{2019}", "\u{201A}",
            "\u{00AB}", "\u{00BB}", "\u{2039}", "\u{203A}",
        ]
        if let first = text.unicodeScalars.first, typographic.contains(first) {
            return Place(source, at).finding(
                "typographic-quote", "\(shown) is a typographic quote; write \" or '")
        }
        return Place(source, at).finding("syntax", "unexpected \"\(shown)\"")
    }
}
