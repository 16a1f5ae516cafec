import Records
import Testing

@Suite struct LineReaderTests {
    private func lines(_ pieces: some Sequence<[UInt8]>) -> [String] {
        var reader = LineReader()
        var lines: [String] = []
        func take() {
            while let line = reader.line() {
                switch line {
                case .content(let bytes, let line):
                    lines.append("\(line): " + String(decoding: bytes, as: UTF8.self))
                case .tooLong(let line): lines.append("\(line)!")
                }
            }
        }
        for piece in pieces {
            reader.append(piece)
            take()
        }
        reader.finish()
        take()
        return lines
    }

    @Test(
        "lines come whole, however the stream is cut",
        arguments: [
            ("a\nb\n", ["1: a", "2: b"]), ("a\r\nb", ["1: a", "2: b"]),
            ("\u{FEFF}a\n\n\r\nb", ["1: a", "4: b"]), ("", []), ("\n\n", []),
        ])
    func whole(text: String, expected: [String]) {
        let bytes = Array(text.utf8)
        #expect(lines([bytes]) == expected)
        #expect(lines(bytes.map { [$0] }) == expected)
    }

    @Test("a line too long is named once, and the next one is read")
    func tooLong() {
        let long = String(repeating: "x", count: LineReader.limit * 3)
        #expect(lines([Array("a\n\(long)\nb\n".utf8)]) == ["1: a", "2!", "3: b"])
    }
}
