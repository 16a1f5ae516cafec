internal import Diagnostics

extension LenientParser {
    /// Any text is some term: a quoted text, a literal, a range, a number, else a variable.
    func term(_ range: Range<Int>) throws(Finding) -> Term {
        let range = bytes.trimmed(range)
        guard let first = range.first, let last = range.last else { return .literal(.null) }
        if bytes[first].isQuote, bytes[last] == bytes[first] {
            return .literal(.string(Array(bytes[min(first + 1, last)..<last])))
        }
        if let literal = Literals.word(text(range)) { return literal }
        if bytes[first] == 0x28, bytes[last] == 0x29, let range = try rangeTerm(range) {
            return range
        }
        if let number = number(range) { return .literal(number) }
        return try path(range)
    }

    /// `(first..last)`; the bounds hold no blanks.
    private func rangeTerm(_ range: Range<Int>) throws(Finding) -> Term? {
        let inner = bytes.trimmed(range.lowerBound + 1..<range.upperBound - 1)
        var runEnd = inner.lowerBound
        while runEnd < inner.upperBound, !bytes[runEnd].isSpace { runEnd += 1 }
        var dots: Int?
        var at = runEnd - 2
        while at > inner.lowerBound, dots == nil {
            if bytes.starts(with: "..", at: at, before: runEnd) { dots = at }
            at -= 1
        }
        if dots == nil {
            let after = skipSpace(runEnd, inner.upperBound)
            if bytes.starts(with: "..", at: after, before: inner.upperBound) { dots = after }
        }
        guard let dots, dots > inner.lowerBound else { return nil }
        let last = bytes.trimmed(dots + 2..<inner.upperBound)
        guard !last.isEmpty, !bytes[last].contains(where: \.isSpace) else { return nil }
        return try Literals.range(
            term(inner.lowerBound..<dots), term(last), at: Place(source, range.lowerBound))
    }

    /// Digits with points between; what follows a second point is ignored.
    private func number(_ range: Range<Int>) -> Value? {
        let digits = bytes[range.lowerBound] == 0x2D ? range.dropFirst() : range[...]
        guard let first = digits.first, bytes[first].isDigit else { return nil }
        var points: [Int] = []
        for at in digits {
            if bytes[at] == 0x2E {
                points.append(at)
            } else if !bytes[at].isDigit {
                return nil
            }
        }
        guard let point = points.first else { return Literals.number(bytes[range]) }
        let end = points.count > 1 ? points[1] : range.upperBound
        let text = text(range.lowerBound..<(end == point + 1 ? point : end))
        return .double(Double(text) ?? 0)
    }

    /// The names and bracketed keys found in a text, in order.
    private func path(_ range: Range<Int>) throws(Finding) -> Term {
        var segments: [Path.Segment] = []
        var at = range.lowerBound
        while at < range.upperBound {
            if bytes[at] == 0x5B, let close = closingBracket(at, range.upperBound) {
                segments.append(.key(try key(at + 1..<close)))
                at = close + 1
            } else if bytes[at].isNamePart {
                let start = at
                while at < range.upperBound, bytes[at].isNamePart { at += 1 }
                if at < range.upperBound, bytes[at] == 0x3F { at += 1 }
                segments.append(.name(text(start..<at)))
            } else {
                at += 1
            }
        }
        guard let root = segments.first else { return .literal(.null) }
        return .path(
            Path(
                root: root, segments: Array(segments.dropFirst()),
                at: Place(source, range.lowerBound)))
    }

    /// A key is parsed by itself; brackets inside it are counted, so that nesting stays bounded.
    private func key(_ range: Range<Int>) throws(Finding) -> Term {
        let open = bytes[range].reduce(0) { $1 == 0x5B ? $0 + 1 : $0 }
        guard open < TermParser.maximumDepth else {
            throw Place(source, range.lowerBound).finding("nesting", "too many brackets in a key")
        }
        return try term(range)
    }

    /// Looked for within 1,000 bytes, so that many open brackets do not cost a square.
    private func closingBracket(_ at: Int, _ end: Int) -> Int? {
        var open = 0
        for position in at..<min(end, at + 1000) {
            if bytes[position] == 0x5B { open += 1 }
            if bytes[position] == 0x5D {
                open -= 1
                if open == 0 { return position }
            }
        }
        return nil
    }
}
