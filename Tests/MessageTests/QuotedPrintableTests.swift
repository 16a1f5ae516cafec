import Core
import Testing

@testable import Message

@Suite struct QuotedPrintableTests {
    private func encode(_ pieces: [String]) -> String {
        var encoded: [UInt8] = []
        let encoder = QuotedPrintable()
        for piece in pieces { encoder.append(piece.utf8) }
        encoder.finish()
        encoder.append(to: &encoded)
        return String(decoding: encoded, as: UTF8.self)
    }

    @Test(
        "each kind of byte is written as RFC 2045 wants it",
        arguments: [
            ("", ""),
            ("plain", "plain\r\n"),
            ("a=b", "a=3Db\r\n"),
            ("é", "=C3=A9\r\n"),
            ("a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd\r\n"),
            ("end \nnext\t\n", "end=20\r\nnext=09\r\n"),
            ("two  \n", "two =20\r\n"),
            (" ", "=20\r\n"),
            (".\n..\n", "=2E\r\n=2E.\r\n"),
            ("\n.\r\n", "\r\n=2E\r\n"),
            ("From me\nFrom: x\nFro", "=46rom me\r\n=46rom: x\r\n=46ro\r\n"),
            ("a\0b\u{7F}\u{1B}", "a=00b=7F=1B\r\n"),
            ("\n\n", "\r\n\r\n"),
        ])
    func table(input: String, expected: String) {
        #expect(encode([input]) == expected)
    }

    @Test("a line end split over two pieces is one line end")
    func splitLineEnd() {
        #expect(encode(["a\r", "\nb"]) == "a\r\nb\r\n")
        #expect(encode(["a\r", "b"]) == "a\r\nb\r\n")
        #expect(encode(["a ", "\nb"]) == "a=20\r\nb\r\n")
        #expect(encode(["a ", "b"]) == "a b\r\n")
    }

    @Test("lines have at most 76 octets, at every length of text", arguments: 60..<240)
    func lineLength(count: Int) {
        for text in [
            String(repeating: "x", count: count), String(repeating: "ü", count: count),
            String(repeating: "x", count: count) + " ", String(repeating: " ", count: count),
            String(repeating: ".", count: count),
        ] {
            let encoded = Array(encode([text]).utf8)
            let lines = MIMEReader.lines(encoded)
            #expect(lines.allSatisfy { $0.count <= 76 && $0.first != UInt8(ascii: ".") })
            #expect(lines.allSatisfy { $0.last != 0x20 })
            #expect(MIMEReader.decodeQuotedPrintable(encoded) == Array((text + "\r\n").utf8))
            #expect(WireMessage.scan(encoded) == nil)
        }
    }

    @Test("10,000 random texts in random pieces are safe and read back (seed 11)")
    func random() {
        var generator = SplitMix64(seed: 11)
        let alphabet = Array("\r\n\r\n..  \t=aaaaaFrom üx\0\u{1F600}--=_".utf8)
        for _ in 0..<10_000 {
            let input = (0..<Int(generator.next() % 300)).map { _ in
                alphabet[Int(generator.next() % UInt64(alphabet.count))]
            }
            var encoded: [UInt8] = []
            let encoder = QuotedPrintable(capacity: 1)
            var start = 0
            while start < input.count {
                let end = min(input.count, start + Int(generator.next() % 40) + 1)
                encoder.append(input[start..<end])
                start = end
            }
            encoder.finish()
            encoder.append(to: &encoded)
            #expect(encoded.isEmpty || WireMessage.scan(encoded) == nil)
            #expect(MIMEReader.lines(encoded).allSatisfy { $0.count <= 76 })
            var expected = canonical(input)
            if !expected.isEmpty, expected.suffix(2) != [0x0D, 0x0A] { expected += [0x0D, 0x0A] }
            #expect(MIMEReader.decodeQuotedPrintable(encoded) == expected, "\(input)")
        }
    }

    @Test("the smallest pieces are written as the whole text, at every length")
    func smallest() {
        for text in ["é", "\n", " \n", ".", "a ", "=\n", " "] {
            let pieces = [UInt8](text.utf8).map { [$0] }
            for repeats in 1..<400 {
                var encoded: [UInt8] = []
                let encoder = QuotedPrintable(capacity: 1)
                for _ in 0..<repeats { for piece in pieces { encoder.append(piece) } }
                encoder.finish()
                encoder.append(to: &encoded)
                #expect(encode([String(repeating: text, count: repeats)]) == encoded.text)
            }
        }
    }

    @Test("a blank put by itself and a line ended by itself are as in a text")
    func blanksAndLines() {
        var encoded = Array("Before: this\r\n".utf8)
        let encoder = QuotedPrintable()
        encoder.append("what was here before".utf8)
        encoder.removeAll()
        encoder.append("a".utf8)
        encoder.append(blank: 0x20)
        encoder.append(blank: 0x09)
        encoder.endLine()
        encoder.append(blank: 0x20)
        encoder.append("\r".utf8)
        encoder.endLine()
        encoder.append("\n.b".utf8)
        encoder.finish()
        encoder.append(to: &encoded)
        #expect(encoded.text == "Before: this\r\na =09\r\n=20\r\n\r\n\r\n=2Eb\r\n")
    }

    /// Every line end as CRLF.
    private func canonical(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x0D: out += [0x0D, 0x0A]
            case 0x0A: if index == 0 || bytes[index - 1] != 0x0D { out += [0x0D, 0x0A] }
            default: out.append(byte)
            }
        }
        return out
    }
}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
