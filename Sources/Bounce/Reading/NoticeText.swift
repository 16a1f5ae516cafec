/// The words of a notice up to the copy of the returned message, read once: its lines, the
/// reasons and the phrases in it by their place.
struct NoticeText: Sendable {
    struct Line: Sendable {
        /// In `bytes`, without the line end.
        var content: Range<Int>
        /// In `plain`.
        var plain: Range<Int>
        var isEmpty: Bool
    }

    static let maximumLines = 1_500
    /// Longer lines are taken apart here.
    static let maximumLine = 2_000

    let bytes: [UInt8]
    private(set) var lines: [Line] = []
    /// The first line of the returned message, or `lines.count`.
    private(set) var end = 0
    /// Normalised, as phrases are compared.
    private(set) var plain: [UInt8] = []
    /// By place, of the notice and not of the copy.
    private(set) var reasons: [PhraseTable.Hit] = []
    private(set) var words: [PhraseTable.Hit] = []
    /// Lines with an at sign, the first ones.
    private(set) var withAddress: [Int] = []
    /// The first lines that name an address, by the address in lower case.
    private var naming: [String: [Int]] = [:]

    /// Lines with addresses that are looked at; each is looked at by every step.
    static let maximumAddressLines = 300
    /// Lines that are kept of one address.
    static let maximumMentions = 8

    init(_ bytes: [UInt8], _ classifier: Classifier) {
        self.bytes = bytes
        plain.reserveCapacity(bytes.count)
        for line in Lines(bytes) {
            guard lines.count < Self.maximumLines else { break }
            var start = line.content.lowerBound
            repeat {
                let stop = min(line.content.upperBound, start + Self.maximumLine)
                add(start..<stop)
                start = stop
            } while start < line.content.upperBound && lines.count < Self.maximumLines
        }
        words = NoticeWords.table.hits(in: plain)
        end = Self.endOfNotice(lines, words, bytes)
        let limit = end < lines.count ? lines[end].plain.lowerBound : plain.count
        plain.removeSubrange(limit...)
        words.removeAll { $0.position >= limit }
        reasons = classifier.hits(in: plain)
        withAddress = Array(
            (0..<end).lazy.filter { [lines] in bytes[lines[$0].content].contains(0x40) }
                .prefix(Self.maximumAddressLines))
        naming = Self.naming(withAddress.map { ($0, bytes[lines[$0].content]) })
    }

    private static func naming(_ lines: [(Int, ArraySlice<UInt8>)]) -> [String: [Int]] {
        var naming: [String: [Int]] = [:]
        for (line, content) in lines {
            var position = content.startIndex
            while let range = Address.next(in: content, from: position) {
                let address = Address.text(content[range]).lowercased()
                let known = naming[address] ?? []
                if known.last != line && known.count < maximumMentions {
                    naming[address] = known + [line]
                }
                position = range.upperBound
            }
        }
        return naming
    }

    /// The lines that name an address, at most `maximumMentions`.
    func lines(naming address: String) -> [Int] { naming[address.lowercased()] ?? [] }

    private mutating func add(_ content: Range<Int>) {
        let start = plain.count
        for index in content { PhraseTable.append(bytes[index], to: &plain) }
        PhraseTable.append(0x0A, to: &plain)
        let isEmpty =
            plain.count - start <= 1 && plain[start...].allSatisfy { $0 == 0x20 }
            && !bytes[content].contains { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D && $0 != 0x3E }
        lines.append(Line(content: content, plain: start..<plain.count, isEmpty: isEmpty))
    }

    func content(_ line: Int) -> ArraySlice<UInt8> { bytes[lines[line].content] }

    /// The hits of a list within some lines.
    static func within(
        _ hits: [PhraseTable.Hit], _ range: Range<Int>
    ) -> ArraySlice<PhraseTable.Hit> {
        let first = index(in: hits, range.lowerBound)
        return hits[first..<max(first, index(in: hits, range.upperBound))]
    }

    private static func index(in hits: [PhraseTable.Hit], _ position: Int) -> Int {
        var low = 0
        var high = hits.count
        while low < high {
            let middle = (low + high) / 2
            if hits[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Where lines stand in the normalised text.
    func plainRange(_ range: Range<Int>) -> Range<Int> {
        guard let first = range.first, first < lines.count else { return plain.count..<plain.count }
        return lines[first].plain.lowerBound..<lines[range.upperBound - 1].plain.upperBound
    }

    func reasons(in range: Range<Int>) -> ArraySlice<PhraseTable.Hit> {
        Self.within(reasons, plainRange(range))
    }

    /// Whether one of some kinds of phrase stands in some lines; nil for all of the notice.
    func says(_ kinds: NoticeWords.Kind..., in range: Range<Int>? = nil) -> Bool {
        let hits = range.map { Self.within(words, plainRange($0)) } ?? words[...]
        return hits.contains { hit in kinds.contains { $0.rawValue == hit.value } }
    }

    /// The bytes of some lines, at most 2,000.
    func text(_ range: Range<Int>) -> ArraySlice<UInt8> {
        guard let first = range.first else { return [] }
        let start = lines[first].content.lowerBound
        let stop = lines[range.upperBound - 1].content.upperBound
        return bytes[start..<min(stop, start + Reply.maximumText)]
    }

    /// The first line that says that the returned message follows, or belongs to its header.
    private static func endOfNotice(
        _ lines: [Line], _ words: [PhraseTable.Hit], _ bytes: [UInt8]
    ) -> Int {
        var hit = 0
        for (index, line) in lines.enumerated() where !line.isEmpty {
            while hit < words.count, words[hit].position < line.plain.lowerBound { hit += 1 }
            let content = bytes[line.content]
            if isHeaderOfCopy(content) { return index }
            var next = hit
            while next < words.count, words[next].position < line.plain.upperBound {
                if words[next].value == NoticeWords.Kind.copy.rawValue,
                    announcesCopy(content, words[next].position - line.plain.lowerBound)
                {
                    return index
                }
                next += 1
            }
        }
        return lines.count
    }

    /// A line between dashes, or one that begins with the phrase and ends with it or a colon.
    private static func announcesCopy(_ line: ArraySlice<UInt8>, _ offset: Int) -> Bool {
        let trimmed = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x3E }
        guard offset < 30, trimmed.count < 120, let first = trimmed.first else { return false }
        // - = * # _ + |
        if [0x2D, 0x3D, 0x2A, 0x23, 0x5F, 0x2B].contains(first), trimmed.dropFirst().first == first
        {
            return true
        }
        let last = trimmed.last { $0 != 0x20 && $0 != 0x0D } ?? 0
        guard offset <= 6 else { return false }
        if last == 0x3A || last == 0x2D { return true }
        let words = String(decoding: PhraseTable.normalized(Array(trimmed)), as: UTF8.self)
        return ["follow", "copy of", "below"].contains {
            words.hasSuffix($0) || words.hasSuffix($0 + "s")
                || words.hasSuffix($0 + "s.") || words.hasSuffix($0 + ".")
        }
            || (words.hasPrefix("below") || words.hasPrefix("this is a copy")
                || words.hasPrefix("here is"))
                && words.holds("copy")
    }

    private static func isHeaderOfCopy(_ line: ArraySlice<UInt8>) -> Bool {
        guard let first = line.first, first == 0x52 || first == 0x43 || first == 0x58 else {
            return false
        }
        return [
            "Received: from", "Received: by", "Received: (", "Return-Path: ", "Return-path: ",
            "Content-Type: message/rfc822", "Content-type: message/rfc822",
            "Content-Type: text/rfc822-headers", "X-Original-To: ", "X-MimeOLE: ",
        ]
        .contains { line.starts(with: $0.utf8) }
    }
}
