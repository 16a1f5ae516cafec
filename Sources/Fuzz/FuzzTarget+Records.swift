internal import Records

extension FuzzTarget {
    /// CSV as an import reads it, and the same octets cut into lines.
    static let csv = FuzzTarget(
        name: "csv",
        pieces: [
            ",", ";", "\t", "\"", "\"\"", "\r\n", "\n", "\r", "sep=;", "\u{FEFF}", "\0", "email",
            "a@b.example", " ", "\"x\"y", "\u{E4}",
        ],
        seeds: [
            "email,name\r\n\"a@b.example\",\"x \"\"y\"\"\n\"\r\nb@b.example,\n", "sep=;\na;b\n1;2",
        ]
    ) { bytes in
        var csv = CSVReader()
        var lines = LineReader()
        // In two pieces, as the network cuts them.
        for piece in [bytes.prefix(bytes.count / 2), bytes.dropFirst(bytes.count / 2)] {
            csv.append(Array(piece))
            lines.append(Array(piece))
            drain(&csv, &lines)
        }
        csv.finish()
        lines.finish()
        drain(&csv, &lines)
        precondition(csv.position <= Int64(bytes.count) && lines.position <= Int64(bytes.count))
    }

    private static func drain(_ csv: inout CSVReader, _ lines: inout LineReader) {
        while csv.record() != nil {
            for index in 0..<csv.count { csv.withField(index) { _ = $0.first } }
        }
        while lines.line() != nil {}
    }
}
