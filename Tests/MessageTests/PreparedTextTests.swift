import Testing

@testable import Message

@Suite struct PreparedTextTests {
    @Test("5,000 texts, prepared in part or whole, are what a naive encoder writes (seed 12)")
    func random() {
        var generator = SplitMix(state: 12)
        let alphabet = Array("\r\n\n..  \t==aaaaaaaaaaaaaaFFrom <p a=\"üx\0\u{1F600}".utf8)
        for _ in 0..<5000 {
            let input = (0..<Int(generator.next() % 400)).map { _ in
                alphabet[Int(generator.next() % UInt64(alphabet.count))]
            }
            var encoder = QuotedPrintable()
            var start = 0
            while start < input.count {
                let end = min(input.count, start + Int(generator.next() % 120) + 1)
                let piece = Array(input[start..<end])
                if generator.next() % 3 == 0 {
                    encoder.append(piece)
                } else {
                    encoder.append(PreparedText(piece))
                }
                start = end
            }
            #expect(encoder.finish() == naive(input), "\(input)")
        }
    }

    @Test("a line end split between a value and prepared text is one line end")
    func splitLineEnd() {
        var encoder = QuotedPrintable()
        encoder.append("a\r".utf8)
        encoder.append(PreparedText(Array("\nb \r".utf8)))
        encoder.append(PreparedText(Array("\n".utf8)))
        encoder.append(PreparedText(Array("\n".utf8)))
        #expect(String(decoding: encoder.finish(), as: UTF8.self) == "a\r\nb=20\r\n\r\n")
    }

    /// What the encoder must write, told byte by byte.
    private func naive(_ input: [UInt8]) -> [UInt8] {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < input.count {
            if input[index] == 0x0A || input[index] == 0x0D {
                let isPair = input[index] == 0x0D && input.dropFirst(index + 1).first == 0x0A
                index += isPair ? 2 : 1
                lines.append([])
            } else {
                lines[lines.count - 1].append(input[index])
                index += 1
            }
        }
        if lines.last == [] { lines.removeLast() }
        return lines.flatMap(naiveLine)
    }

    private func naiveLine(_ line: [UInt8]) -> [UInt8] {
        let hex = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        var column = 0
        for (index, byte) in line.enumerated() {
            func isEscaped() -> Bool {
                switch byte {
                case 0x09, 0x20: index == line.count - 1
                case 0x2E, 0x46: column == 0
                case 0x3D: true
                default: !(0x21...0x7E).contains(byte)
                }
            }
            if column + (isEscaped() ? 3 : 1) > 75 {
                out += Array("=\r\n".utf8)
                column = 0
            }
            let piece = isEscaped() ? [0x3D, hex[Int(byte >> 4)], hex[Int(byte & 15)]] : [byte]
            out += piece
            column += piece.count
        }
        return out + [0x0D, 0x0A]
    }
}
