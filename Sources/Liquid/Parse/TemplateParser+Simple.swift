internal import Diagnostics

/// Tags without bodies.
extension TemplateParser {
    mutating func simple(_ name: String, _ token: Tokenizer.Token) throws(Finding) -> Node {
        let at = place(token.range.lowerBound)
        switch name {
        case "assign": return .assign(try assign(token))
        case "echo": return .output(.init(try filteredTerm(token.markup), at: at))
        case "cycle": return .cycle(try cycle(token))
        case "increment", "decrement":
            guard !mode.isMail || !token.markup.isEmpty else {
                throw syntax(token, "\(name) needs a name")
            }
            return .counter(
                .init(name: text(token.markup), isIncrement: name == "increment", at: at))
        case "break", "continue":
            // Outside a loop it would end the message without a word.
            guard !mode.isMail || open.contains("for") || open.contains("tablerow") else {
                throw at.finding("misplaced-\(name)", "\(name) stands outside a loop")
            }
            return .interrupt(name == "break" ? .breakLoop : .continueLoop)
        case "abort": return .abort(try abort(token))
        case "coupon": return try coupon(token)
        case "survey": return try survey(token)
        case "require": return .require(try require(token))
        default: return .partial(try partial(token, isInclude: name == "include"))
        }
    }

    /// `name = value`; the name is what stands directly before the first usable sign.
    private mutating func assign(_ token: Tokenizer.Token) throws(Finding) -> Node.Assign {
        let bytes = source.text.bytes
        for at in token.markup where bytes[at] == 0x3D {
            var end = at
            while end > token.markup.lowerBound, bytes[end - 1].isSpace { end -= 1 }
            var start = end
            while start > token.markup.lowerBound, isTargetByte(bytes[start - 1]) { start -= 1 }
            guard start < end else { continue }
            if mode == .strict2 || mode.isMail, start != token.markup.lowerBound {
                throw place(token.markup.lowerBound)
                    .finding("syntax", "one name is expected before =")
            }
            let written = bytes.trimmed(at + 1..<token.markup.upperBound)
            // The name is given, whatever its value.
            let value = tolerate(FilteredTerm(.literal(.null))) { (parser) throws(Finding) in
                try parser.filteredTerm(written)
            }
            return Node.Assign(
                name: text(start..<end), value: value, at: place(token.range.lowerBound))
        }
        throw syntax(token, "\"assign name = value\" is expected")
    }

    /// `[\w\-.\[\]]`
    private func isTargetByte(_ byte: UInt8) -> Bool {
        byte.isNamePart || !mode.isMail && (byte == 0x2E || byte == 0x5B || byte == 0x5D)
    }

    private func cycle(_ token: Tokenizer.Token) throws(Finding) -> Node.Cycle {
        do {
            var parser = try strict(token.markup)
            var name: Term?
            var values = [try parser.term()]
            if parser.take(.colon) != nil {
                name = values.removeLast()
                values.append(try parser.term())
            }
            while parser.take(.comma) != nil, parser.current.kind != .end {
                values.append(try parser.term())
            }
            try parser.requireEnd()
            return .init(name: name, values: values, at: place(token.range.lowerBound))
        } catch {
            guard mode == .lax || mode == .strict else { throw error }
            return try lenientCycle(token)
        }
    }

    private func lenientCycle(_ token: Tokenizer.Token) throws(Finding) -> Node.Cycle {
        let lenient = lenient
        let bytes = source.text.bytes
        let end = token.markup.upperBound
        guard let first = lenient.fragment(token.markup.lowerBound, end) else {
            throw syntax(token, "cycle needs values")
        }
        var node = Node.Cycle(name: nil, values: [], at: place(token.range.lowerBound))
        var start = token.markup.lowerBound
        let colon = lenient.skipSpace(first, end)
        if colon < end, bytes[colon] == 0x3A {
            node.name = try lenient.term(start..<first)
            start = colon + 1
        }
        while start < end {
            let comma = bytes[start..<end].firstIndex(of: 0x2C) ?? end
            if let value = lenient.findFragment(start..<comma) {
                node.values.append(try lenient.term(value))
            }
            start = comma + 1
        }
        return node
    }

    private func partial(
        _ token: Tokenizer.Token, isInclude: Bool
    ) throws(Finding) -> Node.Partial {
        do {
            return try strictPartial(token, isInclude: isInclude)
        } catch {
            guard !mode.isMail, mode != .strict2 else { throw error }
            return try lenientPartial(token, isInclude: isInclude)
        }
    }

    private func strictPartial(
        _ token: Tokenizer.Token, isInclude: Bool
    ) throws(Finding) -> Node.Partial {
        var parser = try strict(token.markup)
        guard isInclude || parser.looking(at: .string) else {
            throw parser.expected("a name in quotes")
        }
        var node = Node.Partial(
            name: try parser.term(), isInclude: isInclude, at: place(token.range.lowerBound))
        if !parser.looking(at: .colon, ahead: 1) {
            let isRepeated = parser.takeWord("for")
            if isRepeated || parser.takeWord("with") {
                node.subject = try parser.term()
                node.isRepeated = isRepeated
            }
            if parser.takeWord("as") {
                node.alias = text(try parser.require(.word, "a name").range)
            }
        }
        _ = parser.take(.comma)
        node.arguments = try parser.namedArguments()
        return node
    }

    private func lenientPartial(
        _ token: Tokenizer.Token, isInclude: Bool
    ) throws(Finding) -> Node.Partial {
        let lenient = lenient
        let bytes = source.text.bytes
        let end = token.markup.upperBound
        guard let name = lenient.findFragment(token.markup),
            isInclude || bytes[name.lowerBound].isQuote
        else { throw syntax(token, "the partial's name is expected in quotes") }
        var node = Node.Partial(
            name: try lenient.term(name), isInclude: isInclude, at: place(token.range.lowerBound))
        var at = name.upperBound
        func word() -> Range<Int>? {
            let start = lenient.skipSpace(at, end)
            guard start > at else { return nil }
            return lenient.fragment(start, end).map { start..<$0 }
        }
        if let preposition = word(), ["with", "for"].contains(text(preposition)) {
            let before = at
            at = preposition.upperBound
            if let subject = word() {
                node.subject = try lenient.term(subject)
                node.isRepeated = text(preposition) == "for"
                at = subject.upperBound
            } else {
                at = before
            }
        }
        if let preposition = word(), text(preposition) == "as" {
            at = preposition.upperBound
            node.alias = word().map { text($0.lowerBound..<nameEnd($0)) }
        }
        node.arguments = try lenient.attributes(token.markup).map { (pair) throws(Finding) in
            Node.Partial.Argument(name: pair.name, value: try lenient.term(pair.value))
        }
        return node
    }

    private func nameEnd(_ range: Range<Int>) -> Int {
        let bytes = source.text.bytes
        return bytes[range].firstIndex { !$0.isNamePart } ?? range.upperBound
    }
}
