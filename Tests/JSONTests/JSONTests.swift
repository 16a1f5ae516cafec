import JSON
import Testing

@Suite struct JSONTests {
    @Test(
        "What is read is written back the same, members in their order",
        arguments: [
            "null", "true", "[]", "{}", "-0.5", "1", "1.0", "[1,\"a\",{\"b\":null}]",
            "{\"z\":1,\"a\":2,\"m\":[3]}", "\"\\u0001\\n\\\"\\\\/\"", "\"é😀\"",
            "9223372036854775807",
        ])
    func roundTrip(text: String) throws {
        #expect(try JSON(parsing: text).text == text)
    }

    @Test("Escapes and surrogate pairs become the characters they stand for")
    func escapes() throws {
        #expect(try JSON(parsing: #""\u00e9\ud83d\ude00\/\b\f\t""#) == "é😀/\u{8}\u{C}\t")
    }

    @Test("A whole number is told from one with a fraction, and may be too large for 64 bits")
    func numbers() throws {
        #expect(try JSON(parsing: "1") == .integer(1))
        #expect(try JSON(parsing: "1.0") == .number(1))
        #expect(try JSON(parsing: "1e2") == .number(100))
        #expect(try JSON(parsing: "9223372036854775808") == .number(9.223372036854775808e18))
        #expect(try JSON(parsing: "3.0").integer == 3)
        #expect(try JSON(parsing: "3.5").integer == nil)
    }

    @Test(
        "What is not JSON is refused at its place",
        arguments: [
            ("", 0), ("nul", 0), ("[1,]", 3), ("{\"a\":1,}", 7), ("{a:1}", 1), ("01", 2),
            ("1.", 2), ("1e", 2), ("-", 1), ("\"a", 2), ("\"\u{1}\"", 1), ("\"\\x\"", 3),
            ("\"\\ud800\"", 7), ("[1 2]", 3), ("1 1", 2), ("1e999", 5), ("+1", 0), ("'a'", 0),
        ])
    func refuses(text: String, offset: Int) {
        #expect {
            try JSON(parsing: text)
        } throws: { error in
            (error as? JSON.SyntaxError)?.offset == offset
        }
    }

    @Test("A string that is not UTF-8 is refused")
    func notUTF8() {
        #expect(throws: JSON.SyntaxError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSON.SyntaxError.self) {
            try JSON(parsing: [0x22, 0x5C, 0x6E, 0xC3, 0x22])
        }
    }

    @Test("Nesting is limited, and just below the limit it is read")
    func depth() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try JSON(parsing: deep)
        #expect(throws: JSON.SyntaxError.self) { try JSON(parsing: "[" + deep + "]") }
        #expect(throws: JSON.SyntaxError.self) {
            try JSON(parsing: String(repeating: "[", count: 1_000_000))
        }
    }

    @Test("A member given twice keeps its place and the last value; nil takes one away")
    func members() throws {
        guard case .object(var object) = try JSON(parsing: #"{"a":1,"b":2,"a":3}"#) else {
            Issue.record("not an object")
            return
        }
        #expect(object.members.map(\.name) == ["a", "b"])
        #expect(object["a"] == 3)
        object["a"] = nil
        object["c"] = true
        #expect(JSON.object(object).text == #"{"b":2,"c":true}"#)
    }

    @Test("Objects are equal whatever the order of their members")
    func equality() throws {
        let a = try JSON(parsing: #"{"a":1,"b":[2]}"#)
        let b = try JSON(parsing: #"{"b":[2],"a":1}"#)
        #expect(a == b)
        #expect(Set([a, b]).count == 1)
        #expect(try a != JSON(parsing: #"{"a":1}"#))
    }

    @Test(
        "A number is written as Swift spells it, whole or not",
        arguments: [
            0, -0.0, 1, -7, 2_147_483_647, 2_147_483_648, -2_147_483_648, -2_147_483_649, 1e15,
            1e16, 0.1, -2.5, 1e-300,
        ])
    func writtenNumbers(number: Double) throws {
        let text = JSON.number(number).text
        #expect(text == "\(number)")
        #expect(try JSON(parsing: Array(text.utf8)).number?.bitPattern == number.bitPattern)
    }

    @Test("What cannot stand in a string is escaped, wherever it stands, and all else stays")
    func writtenStrings() throws {
        let escaped = JSON.string("\"a\\\n\r\tb\u{0}\u{1F}\u{7F}é\u{2028}\"").text
        #expect(
            escaped == #""\"a\\\n\r\tb\u0000\u001f\u007fé"# + "\u{2028}" + #"\"""#)
        for text in ["", "a", "\n", "\n\n", "a\nb", "ab\"", "\\"] {
            #expect(try JSON(parsing: Array(JSON.string(text).text.utf8)).string == text)
        }
    }
}
