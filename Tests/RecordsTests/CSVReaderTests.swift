import Records
import Testing

@Suite struct CSVReaderTests {
    private func records(_ pieces: some Sequence<[UInt8]>) -> [String] {
        var reader = CSVReader()
        var records: [String] = []
        func take() {
            while let record = reader.record() {
                switch record {
                case .fields(let line):
                    let fields = (0..<reader.count).map { reader.text($0) }
                    records.append("\(line): " + fields.joined(separator: "|"))
                case .problem(let line, let reason): records.append("\(line)! \(reason)")
                }
            }
        }
        for piece in pieces {
            reader.append(piece)
            take()
        }
        reader.finish()
        take()
        return records
    }

    /// The records as `line: field|field`, whole and octet by octet.
    private func read(_ text: String) -> [String] { read(Array(text.utf8)) }

    private func read(_ bytes: [UInt8]) -> [String] {
        let whole = records([bytes])
        if bytes.count < 10_000 { #expect(records(bytes.map { [$0] }) == whole) }
        return whole
    }

    @Test(
        "real files are read",
        arguments: [
            ("a,b\n1,2\n", ["1: a|b", "2: 1|2"]),
            ("a,b\r\n1,2\r\n", ["1: a|b", "2: 1|2"]),
            ("a,b\n1,2", ["1: a|b", "2: 1|2"]),
            ("a,b\r\n1,2\r", ["1: a|b", "2: 1|2"]),
            ("\u{FEFF}a,b\n", ["1: a|b"]),
            ("\u{FEFF}\"a\",b\n", ["1: a|b"]),
            ("a;b\n\"1;\";2,5\n", ["1: a|b", "2: 1;|2,5"]),
            ("a\tb\n1\t2\n", ["1: a|b", "2: 1|2"]),
            ("sep=|\r\na|b\r\n", ["2: a|b"]),
            ("a;\"x,y,z\"\n", ["1: a|x,y,z"]),
            ("a\n\n\r\nb\n", ["1: a", "4: b"]),
            ("a,b\n,\n", ["1: a|b", "2: |"]),
            ("a,\"b\nc\"\nd,e\n", ["1: a|b\nc", "3: d|e"]),
            ("a,\"b\r\nc\"\r\n", ["1: a|b\r\nc"]),
            ("a,\"say \"\"hi\"\"\"\n", ["1: a|say \"hi\""]),
            ("a,\"\"\n\"\"\n", ["1: a|", "2: "]),
            ("a,5\" pipe\n", ["1: a|5\" pipe"]),
            ("a,Müller 😀\n", ["1: a|Müller 😀"]),
            ("a, b \n", ["1: a| b "]),
            ("", []), ("\n\n", []), ("\u{FEFF}", []),
        ])
    func real(text: String, expected: [String]) {
        #expect(read(text) == expected)
    }

    @Test("a bad record is named by its line, and the next one is read")
    func problems() {
        #expect(
            read("a,b\n\"x\"y,1\n2,3\n")
                == ["1: a|b", "2! text stands behind a closing quote", "3: 2|3"])
        #expect(
            read("a,b\n\"x\n\n\"y,1\n2,3\n")
                == ["1: a|b", "2! text stands behind a closing quote", "5: 2|3"])
        #expect(
            read("a,b\n\"x,1\n2,3\n")
                == ["1: a|b", "2! a quoted field that begins here is never closed", "3: 2|3"])
        #expect(read("a,b\n1,\0\n2,3\n") == ["1: a|b", "2! field 2 holds a NUL", "3: 2|3"])
        #expect(
            read(Array("a,b\n1,".utf8) + [0xE4] + Array("\n2,3\n".utf8))
                == [
                    "1: a|b", "2! field 2 is not UTF-8: save the file in that encoding", "3: 2|3",
                ])
    }

    @Test("a record too long or with too many fields is refused, and the next one is read")
    func limits() {
        let long = String(repeating: "x", count: CSVReader.recordLimit + 1)
        #expect(
            read("a\n\(long)\nb\n")
                == ["1: a", "2! the record is longer than 262144 octets", "3: b"])
        let many = String(repeating: ",", count: CSVReader.fieldLimit)
        #expect(read("a\n\(many)\n").last == "2! the record has more than 1000 fields")
        let open = "\"" + String(repeating: "x\n", count: CSVReader.recordLimit)
        let records = read("a\n\(open)b\n")
        #expect(records[1] == "2! a quoted field that begins here is never closed")
        #expect(records[2] == "3: x" && records.last == "262146: b")
    }

    @Test(
        "twice the file costs about twice the steps, whatever is in it",
        arguments: [
            "a,b,c\n", "\"a\",\"b\"\n", "\"", "\"\"", "\n", "\"\n\"\"y\n", ",", "a\n\"",
        ])
    func linear(pattern: String) {
        // A quadratic reader would need 10¹² steps here.
        let text = String(repeating: pattern, count: 1_000_000 / pattern.utf8.count)
        #expect(records([Array(text.utf8)]).count <= 1_000_000)
    }

    @Test("the position is where a second reader can go on")
    func position() {
        let text = "\u{FEFF}a,b\r\n\"1\n\"\"\",2\n\n\"x\"y\n3,4\n5,6"
        var reader = CSVReader()
        reader.append(Array(text.utf8))
        reader.finish()
        var positions: [Int64] = []
        var raw = ""
        while let record = reader.record() {
            positions.append(reader.position)
            if case .fields = record {
                raw += reader.withRecord { String(decoding: $0, as: UTF8.self) }
            }
        }
        #expect(positions == [8, 17, 22, 27, 30])
        #expect(raw == "a,b\r\n\"1\n\"\"\",2\n3,4\n5,6")
    }
}
