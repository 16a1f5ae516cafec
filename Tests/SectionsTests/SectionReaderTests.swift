import Diagnostics
import Testing

@testable import Sections

@Suite struct SectionReaderTests {
    static let schema = SectionSchema([
        .init("store", keys: [.init("path")]),
        .init("relay", .optional, ["host", "weight"]),
        .init("action", .required, ["once"], repeating: ["do"]),
        .init("cap", .none, keys: [.init("marketing"), .init("topic", named: true)]),
    ])

    func read(_ text: String) -> SectionReader {
        SectionReader(SourceText(path: "a.conf", text: text), schema: Self.schema)
    }

    @Test("sections and entries come in order with their byte offsets")
    func reads() {
        let text =
            "# ä\n[store]\npath = /var/lib # not a comment\n\n[action a.b-c]\r\n"
            + "\tdo = x = 1\r\ndo=tag \"y\"\r\n once =\n"
        let reader = read(text)
        #expect(reader.findings.isEmpty)
        #expect(reader.sections.map(\.kind) == ["store", "action"])
        #expect(reader.sections[0]["path"]?.value == "/var/lib # not a comment")
        let action = reader.sections[1]
        #expect(action.name == "a.b-c")
        #expect(action.all("do").map(\.value) == ["x = 1", "tag \"y\""])
        #expect(action["once"]?.value == "")
        let bytes = Array(text.utf8)
        #expect(bytes[action.offset] == UInt8(ascii: "["))
        #expect(bytes[action.nameOffset...].starts(with: "a.b-c".utf8))
        for entry in action.entries {
            #expect(bytes[entry.keyOffset...].starts(with: entry.key.utf8))
            #expect(bytes[entry.valueOffset...].starts(with: entry.value.utf8))
        }
    }

    @Test("a byte order mark and a missing last line end are accepted")
    func byteOrderMark() {
        let reader = read("\u{FEFF}[cap]\ntopic news = 1 per 1d\ntopic ads = 2")
        #expect(reader.findings.isEmpty)
        #expect(reader.sections[0].entries.map(\.key) == ["topic news", "topic ads"])
    }

    @Test("keys may stand before the first header where the schema says so, and only those")
    func topLevel() {
        let schema = SectionSchema(
            [.init("listen", .none, ["site"])], topLevel: ["zone", "cool-off"])
        let reader = SectionReader(
            SourceText(path: "maild.conf", text: "zone = UTC\ncooloff = 1m\n[listen]\nsite = x"),
            schema: schema)
        #expect(reader.sections.map(\.kind) == ["", "listen"])
        #expect(reader.sections[0]["zone"]?.value == "UTC")
        #expect(
            reader.findings.map(\.message) == [
                "unknown key \"cooloff\"; did you mean \"cool-off\"?"
            ])
    }

    @Test(
        "a fault is a finding at its place",
        arguments: [
            ("path = x", 1, 1, "no-section"),
            ("[store", 1, 1, "bad-header"),
            ("[]", 1, 1, "bad-header"),
            ("[relay a b]", 1, 1, "bad-header"),
            ("[relay a]b]", 1, 1, "bad-header"),
            ("[ relya x]", 1, 3, "unknown-section"),
            ("[store x]", 1, 8, "bad-header"),
            ("[action]", 1, 2, "bad-header"),
            ("[store]\n[store]", 2, 1, "duplicate-section"),
            ("[relay a]\n[relay b]\n[relay a]", 3, 1, "duplicate-section"),
            ("[store]\n  pth = x", 2, 3, "unknown-key"),
            ("[store]\npath = x\npath = y", 3, 1, "duplicate-key"),
            ("[cap]\ntopic a = 1\ntopic  a = 1", 3, 1, "duplicate-key"),
            ("[cap]\ntopic = 1", 2, 1, "unknown-key"),
            ("[store]\npath", 2, 1, "bad-line"),
            ("[store]\n= x", 2, 1, "bad-line"),
            ("[store]\npath = a\u{0}b", 2, 9, "control-character"),
        ])
    func faults(text: String, line: Int, column: Int, code: String) {
        let reader = read(text)
        #expect(reader.findings.map(\.code) == [code])
        #expect(
            reader.findings.first?.position == SourcePosition(line: line, column: column))
    }

    @Test("an unknown name comes with the nearest known one, and reading goes on")
    func goesOn() {
        let reader = read("[relai x]\nhost = ignored\n[store]\npaht = 1\npath = /a\n[x]\n")
        #expect(
            reader.findings.map(\.message) == [
                "unknown section \"relai\"; did you mean \"relay\"?",
                "unknown key of [store] \"paht\"; did you mean \"path\"?",
                "unknown section \"x\"",
            ])
        #expect(reader.sections.map(\.kind) == ["store"])
        #expect(reader.sections[0]["path"]?.value == "/a")
    }

    @Test("bytes that are no UTF-8, and a file beyond the limit, are refused")
    func hostile() {
        let bad = SourceText(path: "a", bytes: Array("[store]\npath = ".utf8) + [0xFF, 0xC3])
        #expect(SectionReader(bad, schema: Self.schema).findings.map(\.code) == ["not-utf8"])
        let big = SourceText(path: "a", bytes: Array(repeating: 0x20, count: (1 << 20) + 1))
        #expect(SectionReader(big, schema: Self.schema).findings.map(\.code) == ["too-large"])
        let many = SourceText(path: "a", text: String(repeating: "x\n", count: 5000))
        #expect(SectionReader(many, schema: Self.schema).findings.count == 1000)
    }
}
