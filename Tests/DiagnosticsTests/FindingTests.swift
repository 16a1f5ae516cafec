import Diagnostics
import Testing

@Suite struct FindingTests {
    @Test(
        "A byte's place is its line and its column in scalars, both from 1",
        arguments: [
            (0, 1, 1), (3, 1, 3), (4, 1, 4), (5, 2, 1), (6, 2, 2), (7, 3, 1), (99, 3, 1),
            (-1, 1, 1),
        ])
    func position(offset: Int, line: Int, column: Int) {
        // Bytes: a=0, é=1…2, b=3, LF=4, c=5, LF=6.
        let source = SourceText(path: "x", text: "aéb\nc\n")
        #expect(source.position(ofByte: offset) == SourcePosition(line: line, column: column))
    }

    @Test("A line comes without its end, and one that is not there is empty")
    func line() {
        let source = SourceText(path: "x", text: "one\r\ntwo\n")
        #expect(source.line(1) == "one")
        #expect(source.line(2) == "two")
        #expect(source.line(3) == "")
        #expect(source.line(4) == "")
        #expect(source.line(0) == "")
    }

    @Test("The report shows the line and a caret under the place")
    func report() {
        let source = SourceText(path: "autumn.html", text: "é {{ x }}")
        let finding = Finding(code: "unknown-field", in: source, at: 6, "unknown field \"x\"")
        #expect(
            finding.report == """
                autumn.html:1:6: refuse: unknown-field: unknown field "x"
                    é {{ x }}
                         ^
                """)
    }

    @Test("A control character of the line becomes a blank, so that the caret stands right")
    func control() {
        let source = SourceText(path: "x", text: "\ta\u{1B}[31mb")
        let lines = Finding(code: "c", in: source, at: 7, "m").report.split(separator: "\n")
        #expect(lines[1] == "     a [31mb")
        #expect(lines[2] == "           ^")
    }

    @Test("A long line is cut around the place")
    func longLine() {
        let text = String(repeating: "a", count: 500) + "!" + String(repeating: "b", count: 500)
        let lines = Finding(
            code: "c", in: SourceText(path: "x", text: text), at: 500, "m"
        ).report.split(separator: "\n")
        #expect(lines[1].count == 164)
        let caret = lines[2].count - 1
        #expect(Array(lines[1])[caret] == "!")
    }
}
