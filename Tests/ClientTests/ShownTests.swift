import JSON
import Testing

@testable import Client

@Suite struct ShownTests {
    @Test(
        "no value can move the cursor, turn the text or forge a line",
        arguments: [
            ("a\u{1B}[2Jb", "a\\u{1b}[2Jb"), ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{7F}", "\\u{7f}"),
            ("\u{9B}31m", "\\u{9b}31m"), ("\u{202E}evil", "\\u{202e}evil"),
            ("\u{2028}", "\\u{2028}"), ("\0", "\\u{0}"), ("Müller 😀", "Müller 😀"),
        ])
    func safe(text: String, shown: String) {
        #expect(Shown.safe(text) == shown)
        #expect(Shown.value(.string(text)) == shown)
    }

    @Test("wide and combining characters are counted as a terminal shows them")
    func width() {
        #expect(Shown.width("abc") == 3)
        #expect(Shown.width("日本") == 4)
        #expect(Shown.width("e\u{301}") == 1)
        #expect(Shown.width("😀") == 2)
    }

    @Test("columns are aligned, figures flush right")
    func table() {
        var table = TextTable("NAME", "COUNT", "WHY")
        table.add("日本", "5", "x")
        table.add("autumn", "1200", "")
        #expect(
            table.lines(empty: "none") == [
                "NAME    COUNT  WHY", "日本        5  x", "autumn   1200",
            ])
        #expect(TextTable("A").lines(empty: "none") == ["none"])
    }

    @Test("figures that are zero or absent are left out")
    func summary() {
        let sending: JSON = [
            "relays": [
                ["name": "local", "sessions": 0, "resting": nil],
                ["name": "far", "sessions": 2, "resting": "4.7.1\u{1B}"],
            ], "in_flight": 3, "sent": 0,
        ]
        #expect(
            Shown.summary(sending)
                == "relays local, far (sessions 2, resting 4.7.1\\u{1b}), in flight 3")
        #expect(Shown.summary(["failure": nil, "human": 0]) == "")
        #expect(Shown.summary([[[[1]]]]) == "…")
    }

    @Test("times and figures are short")
    func figures() {
        #expect(Shown.duration(seconds: 0) == "0s")
        #expect(Shown.duration(seconds: 93_784) == "1d 2h")
        #expect(Shown.duration(seconds: 310) == "5m 10s")
        #expect(Shown.value(.number(2.99999999)) == "3")
        #expect(Shown.value(.number(1.23456)) == "1.235")
        #expect(Shown.counts(["sent": 3, "queued": 0]) == "sent 3")
    }

    @Test("a line is cut to the columns of the terminal, wide characters as two")
    func cut() {
        #expect(Shown.cut("abc", to: 3) == "abc")
        #expect(Shown.cut("abcd", to: 3) == "abc")
        #expect(Shown.cut("a日本", to: 4) == "a日")
        #expect(Shown.cut("e\u{301}x", to: 1) == "e\u{301}")
        #expect(Shown.cut("abc", to: 0).isEmpty)
    }
}
