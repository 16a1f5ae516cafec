import Message

/// The literals of a text part as they are mailed: tidied and encoded but for the gaps at their
/// ends, which depend on what stands beside them.
final class LaidTexts: Sendable {
    private struct Ends: Sendable {
        /// In `gaps`.
        var lead: Range<Int>
        var trail: Range<Int>
        var hasWords: Bool
    }

    private let ends: [Ends]
    private let gaps: [UInt8]
    /// Without the gaps around them.
    private let words: PreparedTexts

    init(_ texts: [[UInt8]]) {
        var ends: [Ends] = []
        var gaps: [UInt8] = []
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
        self.ends = ends
        self.gaps = gaps
        self.words = PreparedTexts(words)
    }

    func write(_ number: Int, after gap: inout TextGap, to encoder: QuotedPrintable) {
        let ends = ends[number]
        for index in ends.lead { gap.take(gaps[index]) }
        guard ends.hasWords else { return }
        gap.close(encoder)
        encoder.append(number, of: words)
        for index in ends.trail { gap.take(gaps[index]) }
    }
}
