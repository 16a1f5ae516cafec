import Message

/// The literals of a text part as they are mailed: tidied and encoded but for the gaps at their
/// ends, which depend on what stands beside them.
struct LaidTexts: Sendable {
    private struct Ends: Sendable {
        /// In `gaps`.
        var lead: Range<Int>
        var trail: Range<Int>
        var hasWords: Bool
    }

    private var ends: [Ends] = []
    private var gaps: [UInt8] = []
    /// Without the gaps around them.
    let words: PreparedTexts

    init(_ texts: [[UInt8]]) {
        var words: [[UInt8]] = []
        for text in texts {
            let first = text.firstIndex { !TextGap.holds($0) } ?? text.count
            let end = text.lastIndex { !TextGap.holds($0) }.map { $0 + 1 } ?? text.count
            let start = gaps.count
            gaps += text[..<first]
            let middle = gaps.count
            gaps += text[end...]
            ends.append(
                Ends(
                    lead: start..<middle, trail: middle..<gaps.count, hasWords: first < end))
            words.append(TextLayout.tidy(Array(text[first..<end])).dropLast())
        }
        self.words = PreparedTexts(words)
    }

    /// The most octets that a text becomes: a mark is two line ends at most.
    func mostOctets(_ number: Int) -> Int {
        let ends = ends[number]
        return words.mostOctets(number) + 4 * (ends.lead.count + ends.trail.count)
    }

    /// Writes a text; `words` are its own, borrowed.
    func write(
        _ number: Int, _ words: PreparedTexts.Borrowed, after gap: inout TextGap,
        to encoder: inout QuotedPrintable
    ) {
        let ends = ends[number]
        for index in ends.lead { gap.take(gaps[index]) }
        guard ends.hasWords else { return }
        gap.close(&encoder)
        encoder.append(number, of: words)
        for index in ends.trail { gap.take(gaps[index]) }
    }
}
