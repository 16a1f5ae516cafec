import Core
import Testing

@testable import Composition
@testable import Message

@Suite struct LaidTextsTests {
    @Test("3,000 texts, laid in part or whole, are the tidied text encoded (seed 9)")
    func random() {
        var generator = SplitMix64(seed: 9)
        let alphabet = Array("aaaaaaéb.F=  \t\n\r\u{0B}\u{0C}\u{1C}\u{1D}\u{1}".utf8)
        for _ in 0..<3000 {
            let text = (0..<Int(generator.next() % 200)).map { _ in
                alphabet[Int(generator.next() % UInt64(alphabet.count))]
            }
            var pieces: [[UInt8]] = []
            var start = 0
            while start < text.count {
                let end = min(text.count, start + Int(generator.next() % 40) + 1)
                pieces.append(Array(text[start..<end]))
                start = end
            }
            let isLaid = pieces.map { _ in generator.next() % 3 > 0 }
            var whole: [UInt8] = []
            TextLayout.tidy(text).appendEncoded(to: &whole)
            #expect(encode(pieces, isLaid) == whole, "\(pieces) \(isLaid)")
        }
    }

    @Test(
        "what a text says it needs is enough however often it stands there",
        arguments: ["\u{0C}F", "\u{0B}.", "a ", " é", "\u{0C}", "a\n\n", "\n\u{1C}\u{1D}F", "b"])
    func room(text: String) {
        let pieces = [[UInt8]](repeating: Array(text.utf8), count: 500)
        for isLaid in [true, false] {
            var whole: [UInt8] = []
            TextLayout.tidy(pieces.flatMap(\.self)).appendEncoded(to: &whole)
            #expect(encode(pieces, pieces.map { _ in isLaid }) == whole)
        }
    }

    /// With exactly the room that the pieces say they need.
    private func encode(_ pieces: [[UInt8]], _ isLaid: [Bool]) -> [UInt8] {
        let texts = LaidTexts(pieces)
        let limit = pieces.indices.reduce(0) { sum, number in
            sum
                + (isLaid[number]
                    ? texts.mostOctets(number)
                    : pieces[number].mostOctets + pieces[number].count)
        }
        var encoded: [UInt8] = []
        QuotedPrintable.append(to: &encoded, atMost: limit) { encoder in
            var gap = TextGap()
            texts.words.borrowed { words in
                for number in pieces.indices {
                    if isLaid[number] {
                        texts.write(number, words, after: &gap, to: &encoder)
                    } else {
                        pieces[number].withUnsafeBufferPointer {
                            TextLayout.tidy($0, after: &gap, to: &encoder)
                        }
                    }
                }
            }
            gap.finish(&encoder)
        }
        return encoded
    }
}
