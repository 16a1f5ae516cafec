import Testing

@testable import Core

@Suite struct ZoneRuleTests {
    @Test(
        "a rule says the offset at any second",
        arguments: [
            ("UTC0", "2026-07-01", 0), ("<+0330>-3:30", "2026-07-01", 12600),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00Z", 7200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z", 3600),
            // South of the equator summer spans the new year.
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-12-31", 39600),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-06-30", 36000),
            // Greenland's hours before midnight, RFC 8536 §3.3.1.
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59Z", -7200),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00Z", -3600),
            // 1 March is J60 in every year, and 60 counted from 0 in a leap year only.
            ("AAA0BBB,J60/0,J300", "2024-02-29T23:59Z", 0),
            ("AAA0BBB,J60/0,J300", "2024-03-01T00:00Z", 3600),
            ("AAA0BBB,60/0,300", "2024-03-01T00:00Z", 3600),
            ("AAA0BBB,60/0,300", "2025-03-01T00:00Z", 0),
        ])
    func offsets(rule: String, at text: String, expected: Int) throws {
        let at = try #require(Instant(text))
        let read = try #require(ZoneRule(rule.utf8))
        #expect(read.offset(atSecond: at.milliseconds / 1000) == expected)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "C", "CET", "CET-", "CET-25", "CET-1CEST", "CET-1CEST,M13.1.0,M10.5.0",
            "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0x", "<CET-1",
            "CET-1CEST,J0,J5", "CET-99999999999999999999",
        ])
    func refused(rule: String) {
        #expect(ZoneRule(rule.utf8) == nil)
    }
}
