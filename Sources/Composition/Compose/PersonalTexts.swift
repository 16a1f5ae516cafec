import Liquid
import Message

/// What the bodies of one message print of a person more than once, prepared for the wire at its
/// first use: the values that they share, and what stands before the number of a link.
struct PersonalTexts: Sendable {
    private let known: KnownValues
    let linkPrefix: [UInt8]
    /// The most octets that a link becomes.
    let linkOctets: Int
    private(set) var prepared: PreparedTexts
    private var uses: [Use]

    private struct Use {
        /// In `prepared`; -1 before the first use.
        var number = -1
        /// Whether it is words with single blanks between them.
        var areWords = false
        var mostOctets = 0
    }

    /// The number in `prepared` of what stands before the number of a link.
    static let linkPrefixNumber = 0
    /// No number has more digits.
    private static let digits = 20

    init(_ known: KnownValues, linkPrefix: [UInt8]) {
        self.known = known
        self.linkPrefix = linkPrefix
        prepared = PreparedTexts(
            holding: known.texts, reserving: linkPrefix.count + 8 * known.textCount)
        _ = prepared.append(linkPrefix)
        linkOctets =
            prepared.mostOctets(Self.linkPrefixNumber) + QuotedPrintable.mostOctets(Self.digits)
        uses = Array(repeating: Use(), count: known.textCount)
    }

    /// Prepares a value that a piece prints, and says how many octets it becomes at most.
    mutating func prepare(value: Int) -> Int {
        if uses[value].number >= 0 { return uses[value].mostOctets }
        let range = known.range(ofText: value)
        let other = KnownValues.otherForm(of: value)
        if uses[other].number >= 0, known.range(ofText: other) == range {
            uses[value] = uses[other]
            return uses[value].mostOctets
        }
        let number = prepared.append(range)
        let areWords = known.texts.withUnsafeBufferPointer {
            TextLayout.areWords(UnsafeBufferPointer(rebasing: $0[range]))
        }
        var mostOctets = prepared.mostOctets(number)
        // Tidied, a blank line is two line ends of a byte.
        if !areWords { mostOctets += QuotedPrintable.mostOctets(range.count) + range.count }
        uses[value] = Use(number: number, areWords: areWords, mostOctets: mostOctets)
        return mostOctets
    }

    /// The number in `prepared` of a value that a piece prints.
    func number(ofValue value: Int) -> Int { uses[value].number }

    /// The same in tidied text; nil for one that must be tidied where it stands.
    func number(ofWords value: Int) -> Int? {
        let use = uses[value]
        return use.areWords ? use.number : nil
    }

    /// What a piece prints, as it was rendered.
    func text(ofValue value: Int) -> ArraySlice<UInt8> { known.texts[known.range(ofText: value)] }

    /// What a piece that is no literal prints.
    func append(_ piece: RenderOutput.Piece, to bytes: inout [UInt8]) {
        switch piece.kind {
        case .literal: break
        case .value: bytes += text(ofValue: piece.number)
        case .link:
            bytes += linkPrefix
            bytes += String(piece.number).utf8
        }
    }
}
