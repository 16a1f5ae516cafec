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

    @Test("texts told of by their places are what they are by themselves")
    func held() {
        let parts = ["plain", "", "Łódź", " ends ", "two\nlines", "F", "a=b", "\n"].map {
            Array($0.utf8)
        }
        let alone = PreparedTexts(parts)
        var held = PreparedTexts(holding: parts.flatMap(\.self), reserving: 0)
        var start = 0
        for (number, part) in parts.enumerated() {
            #expect(held.append(start..<start + part.count) == number)
            start += part.count
        }
        let limit = parts.indices.reduce(0) { $0 + held.mostOctets($1) }
        let written = [alone, held].map { texts in
            var encoded: [UInt8] = []
            QuotedPrintable.append(to: &encoded, atMost: limit) { encoder in
                texts.borrowed { for number in parts.indices { encoder.append(number, of: $0) } }
            }
            return encoded
        }
        #expect(written[0] == written[1])
        #expect(written[0] == naive(parts.flatMap(\.self)))
    }

    @Test("a line end split between a value and prepared text is one line end")
    func splitLineEnd() {
        let pieces = ["a\r", "\nb \r", "\n", "\n"].map { Array($0.utf8) }
        let encoded = encode(pieces, [false, true, true, true])
        #expect(String(decoding: encoded, as: UTF8.self) == "a\r\nb=20\r\n\r\n")
    }

    @Test(
        "what a text says it needs is enough however often it stands there",
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

    /// With exactly the room that the pieces say they need.
    private func encode(_ pieces: [[UInt8]], _ isPrepared: [Bool]) -> [UInt8] {
        let texts = PreparedTexts(pieces)
        let limit = pieces.indices.reduce(0) { sum, number in
            sum
                + (isPrepared[number]
                    ? texts.mostOctets(number)
                    : QuotedPrintable.mostOctets(pieces[number].count))
        }
        var encoded: [UInt8] = []
        QuotedPrintable.append(to: &encoded, atMost: limit) { encoder in
            texts.borrowed { texts in
                for number in pieces.indices {
                    if isPrepared[number] {
                        encoder.append(number, of: texts)
                    } else {
                        encoder.append(pieces[number])
                    }
                }
            }
        }
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
