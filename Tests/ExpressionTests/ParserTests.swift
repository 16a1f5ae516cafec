import Diagnostics
import Expression
import Testing

@Suite struct ParserTests {
    @Test(
        "what is wrong is said with its column",
        arguments: [
            ("", 1, "a value is expected here, not the end"),
            ("n = 5", 3, "write == to compare"), ("n == 5 && vip", 8, "write and"),
            ("!vip", 1, "write not"), ("n == 5 AND vip", 8, "write and in lower case"),
            ("NOT vip", 1, "write not in lower case"),
            ("vip and n == 1 or m == 2", 16, "and and or are mixed"),
            ("vip or n == 1 and m == 2", 15, "and and or are mixed"),
            ("n", 1, "a condition is needed here and this is a number"),
            ("n and vip", 1, "a condition is needed here"),
            ("vip and 3", 9, "a condition is needed here"), ("not n", 5, "a condition is needed"),
            (
                "n == 'x'", 3,
                "a number cannot be compared with a text; a number is written without quotes"
            ),
            (
                "birthday > '2020'", 10,
                "a date cannot be compared with a text; a date is written without quotes"
            ),
            ("vip < n", 5, "a flag cannot be compared with a number"),
            ("vip < true", 5, "a flag has no order"),
            ("country > 'A'", 9, "a choice has no order"),
            ("name + 'x' == 'y'", 6, "text + text has no meaning"),
            ("birthday + 1 > now", 10, "date + number has no meaning"),
            ("birthday + now > now", 10, "date + date has no meaning"),
            ("1d / 2 == 1d", 4, "duration / number has no meaning"),
            ("-name == 'x'", 1, "a text has no negative"),
            ("(n > 1) == true", 4, "a value is needed here and this is a condition"),
            ("1 < n < 3", 7, "comparisons cannot be chained"),
            ("cuontry == 'DE'", 1, "unknown field \"cuontry\"; did you mean \"country\"?"),
            ("profile.nmae == ''", 1, "unknown field \"nmae\"; did you mean \"name\"?"),
            ("in_segment 'bigg'", 12, "unknown segment \"bigg\"; did you mean \"big\"?"),
            ("subscribed 'new'", 12, "unknown topic \"new\"; did you mean \"news\"?"),
            ("clickd('x')", 1, "unknown function \"clickd\"; did you mean \"clicked\"?"),
            ("clicked()", 9, "the mailing's name, or any, is expected"),
            ("clicked(autumn)", 9, "the mailing's name, or any, is expected in quotes"),
            ("opened('x', 'y')", 13, "one of within, at_least, topic with a colon"),
            ("clicked(any, witin: 3d)", 14, "did you mean \"within\"?"),
            ("clicked(any, within: 3)", 22, "a duration such as 30d"),
            ("clicked(any, at_least: 0)", 24, "a whole number from 1"),
            ("clicked(any, within: 3d, within: 4d)", 26, "within is given twice"),
            ("clicked(any, topic: 'x')", 21, "unknown topic"),
            ("bought('x', topic: 'news')", 13, "unknown argument"),
            ("sample(101%, 's')", 8, "a percentage"), ("sample(10, 's')", 10, "\"%\" is expected"),
            ("sample(10%, s)", 13, "the seed is expected in quotes"),
            ("n in 5", 6, "\"(\" is expected"), ("n in ()", 7, "a value is expected"),
            (
                "n in (1, 'x')", 10,
                "a number cannot be compared with a text; a number is written without quotes"
            ),
            ("n not 5", 7, "\"in\" is expected after not"), ("n is 5", 6, "write \"is blank\""),
            ("name contains 5", 15, "contains asks about text"),
            ("lower(n) == 'x'", 7, "lower takes a text"), ("(n == 5", 8, "\")\" is expected"),
            ("n == 5)", 7, "\")\" is not expected here"),
            ("n == 5 n", 8, "\"n\" is not expected here"),
            ("name == 'x", 9, "this text has no closing quote"),
            ("name == 'x\\q'", 11, "unknown escape"),
            ("name == '\\u{110000}'", 10, "write \\u{E9}"),
            ("name == “x”", 9, "is a typographic quote"),
            ("n == 5days", 6, "is neither a number nor a duration"),
            ("n == 1.2.3", 6, "is neither a number nor a duration"),
            ("n == 1e999", 6, "is too large"), ("now - 9999999d < now", 7, "longer than 100 years"),
            ("birthday < 2026-13-01", 12, "is no date"), ("größe == 'ü'", 7, "cannot be compared"),
            ("n == \u{1}", 6, "a control character"), ("n == #", 6, "\"#\" is not expected"),
        ])
    func faults(text: String, column: Int, message: String) {
        let error = #expect(throws: ExpressionError.self) {
            try Expression.condition(text, Person.vocabulary)
        }
        #expect(error?.column(in: text) == column)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("depth and length are bounded, whatever nests")
    func bounds() throws {
        func refused(_ text: String, _ code: String) {
            let error = #expect(throws: ExpressionError.self) {
                try Expression.condition(text, Person.vocabulary)
            }
            #expect(error?.code == code)
        }
        func times(_ n: Int, _ part: String) -> String { String(repeating: part, count: n) }
        for (open, close) in [("(", ")"), ("-", ""), ("-(", ")")] {
            refused(times(120, open) + "n" + times(120, close) + " == 1", "too-deep")
            #expect(throws: Never.self) {
                let text = times(20, open) + "n" + times(20, close) + " == 1"
                _ = try Expression.condition(text, Person.vocabulary)
            }
        }
        refused(times(2000, "(") + "n", "too-deep")
        refused(times(1000, "not ") + "vip", "too-deep")
        refused(times(1000, "n + ") + "n == 1", "too-deep")
        refused("name == '" + times(9000, "x") + "'", "too-long")
        _ = try Expression.condition(times(500, "vip and ") + "vip", Person.vocabulary)
    }

    @Test("no cut or changed byte of an expression traps")
    func hostile() {
        let text =
            "interests.travel >= 2 and country in (\"DE\", 'A\\u{e9}') and (now - 30d < "
            + "2026-12-01T09:00+01:00 or not clicked(\"autumn\", \"cars\", within: 30d))"
        let bytes = Array(text.utf8)
        for index in bytes.indices {
            _ = try? Expression.condition(
                String(decoding: bytes.prefix(index), as: UTF8.self), Person.vocabulary)
            for byte in [0, 0x22, 0x28, 0x2D, 0x2E, 0x39, 0x5C, 0x65, 0x80, 0xE2, 0xFF] as [UInt8] {
                var changed = bytes
                changed[index] = byte
                _ = try? Expression.condition(
                    String(decoding: changed, as: UTF8.self), Person.vocabulary)
            }
        }
    }

    @Test("mentions name what is used and where")
    func mentions() throws {
        let read = try Expression.condition(
            "n > 1 and (in_segment 'big' or not clicked('autumn', 'x')) and opened(any)",
            Person.vocabulary)
        #expect(read.mentionedFields.map(\.name) == ["n"])
        #expect(read.mentionedSegments == [.init(name: "big", offset: 22)])
        #expect(read.mentionedMailings == [.init(name: "autumn", offset: 43, link: "x")])
    }

    @Test("an error becomes a finding in the file that holds the expression")
    func finding() {
        let source = SourceText(path: "loop.conf", text: "[x]\nwhere = vpi and n == 1")
        let error = #expect(throws: ExpressionError.self) {
            try Expression.condition("vpi and n == 1", Person.vocabulary)
        }
        let finding = error?.finding(in: source, base: 12)
        #expect(
            finding?.summary
                == "loop.conf:2:9: refuse: unknown-field: unknown field \"vpi\"; did you mean \"vip\"?"
        )
    }
}
