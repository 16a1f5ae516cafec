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
            TextLayout.tidy(text).append(to: &whole)
            #expect(encode(pieces, isLaid) == whole, "\(pieces) \(isLaid)")
        }
    }

    @Test(
        "texts are laid alike however often they stand there",
        arguments: ["\u{0C}F", "\u{0B}.", "a ", " é", "\u{0C}", "a\n\n", "\n\u{1C}\u{1D}F", "b"])
    func room(text: String) {
        let pieces = [[UInt8]](repeating: Array(text.utf8), count: 500)
        for isLaid in [true, false] {
            var whole: [UInt8] = []
            TextLayout.tidy(pieces.flatMap(\.self)).append(to: &whole)
            #expect(encode(pieces, pieces.map { _ in isLaid }) == whole)
        }
    }

    private func encode(_ pieces: [[UInt8]], _ isLaid: [Bool]) -> [UInt8] {
        let texts = LaidTexts(pieces)
        let encoder = QuotedPrintable()
        var gap = TextGap()
        for number in pieces.indices {
            if isLaid[number] {
                texts.write(number, after: &gap, to: encoder)
            } else {
                pieces[number].withUnsafeBufferPointer {
                    TextLayout.tidy($0, after: &gap, to: encoder)
                }
            }
        }
        gap.finish(encoder)
        encoder.finish()
        var encoded: [UInt8] = []
        encoder.append(to: &encoded)
        return encoded
    }
}
