/// What stands between two words of a text part, while it is not yet known what follows: line ends
/// that are wanted or given, blanks, and indentation.
struct TextGap {
    /// Line ends that marks want.
    private var wanted = 0
    /// Line ends that were given themselves.
    private var given = 0
    private var blank: UInt8?
    /// What follows the first blank: seldom anything.
    private var moreBlanks: [UInt8] = []
    private var indentation: [UInt8] = []
    /// Nothing was written yet: a text begins with a word.
    private var isAtStart = true

    /// Whether a byte is no part of a word.
    static func holds(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09...0x0D, 0x20, TextLayout.indentingBlank, TextLayout.indentingTab: true
        default: false
        }
    }

    /// Takes a byte that stands in it.
    mutating func take(_ byte: UInt8) {
        switch byte {
        case TextLayout.lineEnd: breakLine(1, isGiven: false)
        case TextLayout.blankLine: breakLine(2, isGiven: false)
        case 0x0A: breakLine(1, isGiven: true)
        case TextLayout.indentingBlank: indentation.append(0x20)
        case TextLayout.indentingTab: indentation.append(0x09)
        case 0x20, 0x09: if wanted + given == 0, !isAtStart { takeBlank(byte) }
        default: break
        }
    }

    private mutating func takeBlank(_ byte: UInt8) {
        if blank == nil { blank = byte } else { moreBlanks.append(byte) }
    }

    private mutating func breakLine(_ count: Int, isGiven: Bool) {
        if isGiven { given += count } else { wanted = max(wanted, count) }
        blank = nil
        if !moreBlanks.isEmpty { moreBlanks.removeAll(keepingCapacity: true) }
        if !indentation.isEmpty { indentation.removeAll(keepingCapacity: true) }
    }

    /// A word follows: writes what stands before it.
    mutating func close(_ out: some TextSink) {
        if wanted + given > 0 {
            if !isAtStart { out.endLines(min(max(wanted, given), 2)) }
            (wanted, given) = (0, 0)
        } else if let blank {
            out.write(blank: blank)
            for blank in moreBlanks { out.write(blank: blank) }
            self.blank = nil
            if !moreBlanks.isEmpty { moreBlanks.removeAll(keepingCapacity: true) }
        }
        if !indentation.isEmpty {
            for blank in indentation { out.write(blank: blank) }
            indentation.removeAll(keepingCapacity: true)
        }
        isAtStart = false
    }

    /// The text ends here.
    func finish(_ out: some TextSink) {
        if !isAtStart { out.endLines(1) }
    }
}
