/// Finds phrases of refusal in a text, in one pass, whatever its case and spacing.
struct PhraseTable: Sendable {
    static let shared = PhraseTable(rules: Phrases.rules)

    private struct Phrase: Sendable {
        var bytes: [UInt8]
        var rank: Int
        var reason: BounceReason
    }

    /// The phrases by their first byte.
    private let byFirst: [[Phrase]]

    /// Rules in the order of their weight: where several match, the first one counts.
    init(rules: [(BounceReason, [String])]) {
        var byFirst = [[Phrase]](repeating: [], count: 256)
        for (rank, rule) in rules.enumerated() {
            for text in rule.1 {
                let bytes = Self.normalized(Array(text.utf8))
                guard let first = bytes.first else { continue }
                byFirst[Int(first)].append(Phrase(bytes: bytes, rank: rank, reason: rule.0))
            }
        }
        self.byFirst = byFirst
    }

    /// The reason of the weightiest phrase in a text.
    func reason(in text: [UInt8]) -> BounceReason? {
        let text = Self.normalized(text)
        var best: Phrase?
        for start in text.indices {
            for phrase in byFirst[Int(text[start])]
            where phrase.rank < best?.rank ?? .max && text[start...].starts(with: phrase.bytes) {
                best = phrase
            }
        }
        return best?.reason
    }

    /// ASCII letters in lower case, each run of anything but letters, digits and `.@#%'` one
    /// blank, so that line breaks and dashes do not matter.
    static func normalized(_ text: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        for byte in text {
            switch byte {
            case 0x41...0x5A: plain.append(byte | 0x20)
            case 0x61...0x7A, 0x30...0x39, 0x2E, 0x40, 0x23, 0x25, 0x27, 0x80...0xFF:
                plain.append(byte)
            default:
                if plain.last != 0x20 { plain.append(0x20) }
            }
        }
        return plain
    }
}
