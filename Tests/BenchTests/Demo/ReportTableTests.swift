import Testing

@testable import Bench

@Suite struct ReportTableTests {
    @Test("a station is good when all its checks hold, and a fault is named otherwise")
    func faults() {
        var loop = StationReport("Loop", did: "3 actions")
        loop.check("follow-ups", members: ["a", "b"], are: ["b", "a"])
        #expect(loop.isGood)
        loop.check("heroes", 2, is: 3)
        #expect(!loop.isGood)
        let text = ReportTable.text([loop])
        #expect(text.contains("Loop did not do its part"))
        #expect(text.contains("- heroes: expected 3, found 2"))
        #expect(text.contains("1 FAILED, 1 ok"))
    }

    @Test("a difference of sets names some members of each side")
    func sets() {
        var report = StationReport("Loop", did: "")
        report.check("offers", members: ["a", "x"], are: ["a", "b", "c", "d", "e"])
        #expect(report.checks.last?.fault == "4 missing: b, c, d; 1 too many: x")
    }

    @Test("columns are as wide as their widest cell")
    func columns() {
        let text = ReportTable.text([
            StationReport("Desk", did: "three"), StationReport("Messages", did: "x"),
        ])
        let lines = text.split(separator: "\n")
        #expect(lines[2] == "  Desk      three        0 ok")
        #expect(lines[3] == "  Messages  x            0 ok")
    }
}
