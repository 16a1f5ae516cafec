import Testing

@testable import Sections

@Suite struct SectionTests {
    func entry(_ value: String) -> Section.Entry {
        Section.Entry(key: "k", value: value, keyOffset: 0, valueOffset: 10)
    }

    @Test(
        "a flag is one of six words",
        arguments: [
            ("on", true), ("yes", true), ("true", true), ("off", false), ("no", false),
            ("false", false), ("On", nil), ("", nil), ("1", nil),
        ] as [(String, Bool?)])
    func flag(text: String, expected: Bool?) {
        #expect(entry(text).flag == expected)
    }

    @Test("a list is split at commas, and each part knows its place")
    func list() {
        let parts = entry("DE,  Österreich ,,x").list
        #expect(parts.map(\.text) == ["DE", "Österreich", "", "x"])
        #expect(parts.map(\.offset) == [10, 15, 28, 29])
        #expect(entry("").list.isEmpty)
    }
}
