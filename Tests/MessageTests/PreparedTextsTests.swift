import Core
import Testing

@testable import Message

@Suite struct PreparedTextsTests {
    @Test("5,000 texts, prepared in part or whole, are what a naive encoder writes (seed 12)")
    func random() {
        var generator = SplitMix64(seed: 12)
        let alphabet = Array("\r\n\n..  \t==aaaaaaaaaaaaaaFFrom <p a=\"üx\0\u{1F600}".utf8)
        for _ in 0..<5000 {
            let input = (0..<Int(generator.next() % 400)).map { _ in
                alphabet[Int(generator.next() % UInt64(alphabet.count))]
            }
            var pieces: [[UInt8]] = []
            var start = 0
            while start < input.count {
                let end = min(input.count, start + Int(generator.next() % 120) + 1)
                pieces.append(Array(input[start..<end]))
                start = end
            }
            let isPrepared = pieces.map { _ in generator.next() % 3 > 0 }
            #expect(encode(pieces, isPrepared) == naive(input), "\(input)")
        }
    }

    @Test("a text that comes again is what a naive encoder writes, wherever it stands (seed 13)")
    func again() {
        var generator = SplitMix64(seed: 13)
        let alphabet = Array("\r\n. \t==aaaaaaaaaaaaaaFFoé\u{1F600}".utf8)
        func text(_ limit: UInt64) -> [UInt8] {
            (0..<Int(generator.next() % limit)).map { _ in
                alphabet[Int(generator.next() % UInt64(alphabet.count))]
            }
        }
        var copied = 0
        for _ in 0..<3000 {
            let value = text(40)
            let encoder = QuotedPrintable(capacity: 1)
            var place: Range<Int>?
            var input: [UInt8] = []
            for _ in 0..<Int(generator.next() % 8) {
                let between = text(90)
                encoder.append(between)
                if let place {
                    encoder.append(again: place)
                    copied += 1
                } else {
                    place = value.withUnsafeBufferPointer { encoder.append(repeatable: $0) }
                }
                input += between + value
            }
            encoder.finish()
            var encoded: [UInt8] = []
            encoder.append(to: &encoded)
            #expect(encoded == naive(input), "\(input)")
        }
        #expect(copied > 1000)
    }

    @Test("a line end split between a value and prepared text is one line end")
    func splitLineEnd() {
        let pieces = ["a\r", "\nb \r", "\n", "\n"].map { Array($0.utf8) }
        let encoded = encode(pieces, [false, true, true, true])
        #expect(String(decoding: encoded, as: UTF8.self) == "a\r\nb=20\r\n\r\n")
    }

    @Test(
        "texts are encoded alike however often they stand there",
        arguments: [
            "F", ".", "\nF", " ", "\n", "\n ", "é", "a", "=", "a ", "aaaaaaaaaaa", "\r", " a",
        ])
    func room(text: String) {
        for count in [1, 2, 30, 77, 500] {
            let pieces = [[UInt8]](repeating: Array(text.utf8), count: count)
            for ends in ["", "\n"] {
                let all = pieces + [Array(ends.utf8)]
                let isPrepared = [Bool](repeating: true, count: all.count)
                #expect(encode(all, isPrepared) == naive(all.flatMap(\.self)))
            }
        }
        let alternating = (0..<500).flatMap { _ in [Array(text.utf8), Array("\n".utf8)] }
        let isPrepared = [Bool](repeating: true, count: alternating.count)
        #expect(encode(alternating, isPrepared) == naive(alternating.flatMap(\.self)))
    }

    private func encode(_ pieces: [[UInt8]], _ isPrepared: [Bool]) -> [UInt8] {
        let texts = PreparedTexts(pieces)
        // It must grow.
        let encoder = QuotedPrintable(capacity: 1)
        for number in pieces.indices {
            if isPrepared[number] {
                encoder.append(number, of: texts)
            } else {
                encoder.append(pieces[number])
            }
        }
        encoder.finish()
        var encoded: [UInt8] = []
        encoder.append(to: &encoded)
        return encoded
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
