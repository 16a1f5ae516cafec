internal import Diagnostics

/// Tags whose content is not Liquid, or not shown.
extension TemplateParser {
    /// Skips to the matching `endcomment`; comments and raw parts inside must be closed.
    mutating func skipComment(_ token: Tokenizer.Token) throws(Finding) {
        var depth = 1
        while let inner = tokenizer.next() {
            guard inner.kind == .tag else { continue }
            switch text(inner.name) {
            case "raw" where !tokenizer.isLines:
                guard tokenizer.skip(toTag: "endraw") != nil else { throw unclosed("raw", inner) }
            case "comment": depth += 1
            case "endcomment":
                depth -= 1
                if depth == 0 {
                    if !tokenizer.isLines { setTrim(inner) }
                    return
                }
            default: break
            }
        }
        throw unclosed("comment", token)
    }

    /// Keeps everything up to `endraw` as text; true when there is nothing.
    mutating func raw(
        _ token: Tokenizer.Token, _ body: inout Body
    ) throws(Finding) -> Bool {
        let content = try verbatim(token, "endraw")
        let bytes = Array(source.text.bytes[content])
        guard !bytes.isEmpty else { return true }
        body.nodes.append(.text(.init(bytes, at: place(content.lowerBound), isRaw: true)))
        return false
    }

    mutating func skipDoc(_ token: Tokenizer.Token) throws(Finding) {
        var inside = tokenizer
        let content = try verbatim(token, "enddoc")
        if let nested = inside.skip(toTag: "doc"), nested.range.lowerBound < content.upperBound {
            throw place(nested.range.lowerBound).finding("syntax", "a doc stands inside a doc")
        }
    }

    private mutating func verbatim(
        _ token: Tokenizer.Token, _ end: StaticString
    ) throws(Finding) -> Range<Int> {
        let name = text(token.name)
        guard token.markup.isEmpty else {
            throw place(token.markup.lowerBound)
                .finding("syntax", "the tag \"\(name)\" takes no arguments")
        }
        guard !tokenizer.isLines, let closing = tokenizer.skip(toTag: end) else {
            throw unclosed(name, token)
        }
        setTrim(closing)
        return token.range.upperBound..<closing.range.lowerBound
    }

    func unclosed(_ name: String, _ token: Tokenizer.Token) -> Finding {
        place(token.range.lowerBound)
            .finding("unclosed-tag", "the tag \"\(name)\" is never closed")
    }

    /// Each line of an inline comment begins with `#`.
    func checkInlineComment(_ token: Tokenizer.Token) throws(Finding) {
        let bytes = source.text.bytes
        var startsLine = false
        for at in token.markup {
            if bytes[at] == 0x0A {
                startsLine = true
            } else if startsLine, !bytes[at].isSpace {
                guard bytes[at] == 0x23 else {
                    throw place(at).finding("syntax", "each line of the comment begins with #")
                }
                startsLine = false
            }
        }
    }
}
