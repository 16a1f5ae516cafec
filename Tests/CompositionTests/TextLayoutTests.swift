import Core
import Testing

@testable import Composition

@Suite struct TextLayoutTests {
    @Test("3,000 random texts come out as when each byte is looked at by itself (seed 8)")
    func tidy() {
        var generator = SplitMix64(seed: 8)
        let alphabet = Array("aaaaéb  \t\n\r\u{0B}\u{0C}\u{1C}\u{1D}\u{1}".utf8)
        for _ in 0..<3000 {
            let text = (0..<Int(generator.next() % 80)).map { _ in
                alphabet[Int(generator.next() % UInt64(alphabet.count))]
            }
            #expect(TextLayout.tidy(text) == naive(text), "\(text)")
        }
    }

    /// Lines as what stands between marks, each without blanks at its ends but for its indentation.
    private func naive(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var line: [UInt8] = []
        var indentation: [UInt8] = []
        // What stands between two lines: the most that a mark wants, and line ends given.
        var (wanted, given) = (0, 0)
        func finishLine() {
            while line.last == 0x20 || line.last == 0x09 { line.removeLast() }
            out += line
            line = []
        }
        for byte in text {
            switch byte {
            case 0x0A, TextLayout.lineEnd, TextLayout.blankLine:
                finishLine()
                if byte == 0x0A { given += 1 }
                if byte == TextLayout.lineEnd { wanted = max(wanted, 1) }
                if byte == TextLayout.blankLine { wanted = 2 }
                indentation = []
            case 0x0D: break
            case TextLayout.indentingBlank: indentation.append(0x20)
            case TextLayout.indentingTab: indentation.append(0x09)
            case 0x20, 0x09:
                if !line.isEmpty { line.append(byte) }
            default:
                if wanted + given > 0 {
                    let count = out.isEmpty ? 0 : min(max(wanted, given), 2)
                    out += [UInt8](repeating: 0x0A, count: count)
                    (wanted, given) = (0, 0)
                }
                line += indentation + [byte]
                indentation = []
            }
        }
        finishLine()
        return out.isEmpty ? [] : out + [0x0A]
    }
}
