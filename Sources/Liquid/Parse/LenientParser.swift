internal import Diagnostics

/// Reads what Shopify's lax parser reads: fragments picked out of the markup, the rest ignored.
///
/// The original is a set of regular expressions (`QuotedFragment`, `TagAttributes`, …); these
/// scanners accept the same in linear time.
struct LenientParser {
    let source: TemplateSource
    let bytes: [UInt8]

    init(source: TemplateSource) {
        self.source = source
        bytes = source.text.bytes
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    func skipSpace(_ at: Int, _ end: Int) -> Int {
        var at = at
        while at < end, bytes[at].isSpace { at += 1 }
        return at
    }

    /// The end of a quoted text that begins here.
    private func quoted(_ at: Int, _ end: Int) -> Int? {
        guard at < end, bytes[at].isQuote else { return nil }
        return bytes[(at + 1)..<end].firstIndex(of: bytes[at]).map { $0 + 1 }
    }

    /// The end of the fragment that begins here: a quoted text, or anything without blank, comma
    /// and bar, in which quoted texts may stand.
    func fragment(_ at: Int, _ end: Int) -> Int? {
        if let close = quoted(at, end) { return close }
        var position = at
        while position < end {
            let byte = bytes[position]
            if byte.isQuote {
                guard let close = quoted(position, end) else { break }
                position = close
            } else if byte.isSpace || byte == 0x2C || byte == 0x7C {
                break
            } else {
                position += 1
            }
        }
        return position > at ? position : nil
    }

    /// The first fragment at or after a place.
    func findFragment(_ range: Range<Int>) -> Range<Int>? {
        var at = range.lowerBound
        while at < range.upperBound {
            if let end = fragment(at, range.upperBound) { return at..<end }
            at += 1
        }
        return nil
    }

    /// All `name: fragment` pairs, wherever they stand.
    func attributes(_ range: Range<Int>) -> [(name: String, value: Range<Int>)] {
        var found: [(String, Range<Int>)] = []
        var at = range.lowerBound
        while at < range.upperBound {
            guard bytes[at].isWord else {
                at += 1
                continue
            }
            var nameEnd = at
            while nameEnd < range.upperBound, bytes[nameEnd].isNamePart { nameEnd += 1 }
            let colon = skipSpace(nameEnd, range.upperBound)
            if colon < range.upperBound, bytes[colon] == 0x3A {
                let start = skipSpace(colon + 1, range.upperBound)
                if let end = fragment(start, range.upperBound) {
                    found.append((text(at..<nameEnd), start..<end))
                    at = end
                    continue
                }
            }
            at = nameEnd
        }
        return found
    }

    // MARK: Outputs

    func filteredTerm(_ range: Range<Int>) throws(Finding) -> FilteredTerm {
        guard let name = findFragment(range) else { return FilteredTerm(.literal(.null)) }
        var value = FilteredTerm(try term(name))
        guard let bar = bytes[name.upperBound..<range.upperBound].firstIndex(of: 0x7C) else {
            return value
        }
        var at = bar + 1
        while at < range.upperBound {
            let start = at
            while at < range.upperBound {
                if let end = fragment(at, range.upperBound) {
                    at = end
                } else if bytes[at].isSpace || bytes[at] == 0x2C {
                    at += 1
                } else {
                    break
                }
            }
            if let call = try filter(start..<at) { value.filters.append(call) }
            at = max(at, start + 1)
        }
        return value
    }

    private func filter(_ range: Range<Int>) throws(Finding) -> FilterCall? {
        guard let start = bytes[range].firstIndex(where: \.isWord) else { return nil }
        var end = start
        while end < range.upperBound, bytes[end].isWord { end += 1 }
        var call = FilterCall(name: text(start..<end), at: Place(source, start))
        var at = range.lowerBound
        while at < range.upperBound {
            guard bytes[at] == 0x3A || bytes[at] == 0x2C else {
                at += 1
                continue
            }
            let begin = skipSpace(at + 1, range.upperBound)
            if let (name, value) = namedArgument(begin, range.upperBound) {
                call.named.append(Node.Partial.Argument(name: name, value: try term(value)))
                at = value.upperBound
            } else if let close = fragment(begin, range.upperBound) {
                call.arguments.append(try term(begin..<close))
                at = close
            } else {
                at += 1
            }
        }
        return call
    }

    private func namedArgument(_ at: Int, _ end: Int) -> (String, Range<Int>)? {
        var nameEnd = at
        while nameEnd < end, bytes[nameEnd].isWord { nameEnd += 1 }
        guard nameEnd > at else { return nil }
        let colon = skipSpace(nameEnd, end)
        guard colon < end, bytes[colon] == 0x3A else { return nil }
        let start = skipSpace(colon + 1, end)
        guard let close = fragment(start, end) else { return nil }
        return (text(at..<nameEnd), start..<close)
    }
}
