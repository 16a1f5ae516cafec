import Core
import Testing

@Suite struct InstantTests {
    @Test(
        "RFC 3339 and the shorter forms are read",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-12-01T09:00:00Z", 1_796_115_600_000),
            ("2026-12-01T10:00:00+01:00", 1_796_115_600_000),
            ("2026-12-01T04:30:00-0430", 1_796_115_600_000),
            ("2026-12-01t09:00:00.250z", 1_796_115_600_250),
            ("2026-12-01T09:00Z", 1_796_115_600_000),
            ("2026-12-01", 1_796_083_200_000), ("2024-02-29", 1_709_164_800_000),
            ("1969-12-31T23:59:59.999Z", -1), ("0001-01-01", -62_135_596_800_000),
        ])
    func reads(text: String, milliseconds: Int64) {
        #expect(Instant(text) == Instant(milliseconds: milliseconds))
    }

    @Test(
        "What is not a date is refused",
        arguments: [
            "", "2026", "2026-13-01", "2026-02-29", "2026-00-10", "2026-01-32", "2026-1-1",
            "2026-12-01T24:00Z", "2026-12-01T09:60Z", "2026-12-01T09:00:60Z", "2026-12-01T09",
            "2026-12-01T09:00:00.", "2026-12-01T09:00:00+25:00", "2026-12-01 x", "x2026-12-01",
            "2026-12-01T09:00:00ZZ",
        ])
    func refuses(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test("A zone can be asked for")
    func zoneRequired() {
        #expect(Instant("2026-12-01T09:00:00", zoneRequired: true) == nil)
        #expect(Instant("2026-12-01", zoneRequired: true) == nil)
        #expect(Instant("2026-12-01T09:00:00Z", zoneRequired: true) != nil)
    }

    @Test(
        "Headers and JSON get their own spellings",
        arguments: [
            (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000"),
            (1_796_115_600_250, "2026-12-01T09:00:00.250Z", "Tue, 01 Dec 2026 09:00:00 +0000"),
            (1_709_164_800_000, "2024-02-29T00:00:00Z", "Thu, 29 Feb 2024 00:00:00 +0000"),
            (-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 +0000"),
        ] as [(Int64, String, String)])
    func writes(milliseconds: Int64, rfc3339: String, rfc5322: String) {
        let instant = Instant(milliseconds: milliseconds)
        #expect(instant.rfc3339 == rfc3339)
        #expect(instant.rfc5322 == rfc5322)
        #expect(Instant(instant.rfc3339) == instant)
    }

    @Test("Every day from 1600 to 2400 is found again, and weekdays follow each other")
    func civilDays() {
        var weekday = CivilTime(year: 1600, month: 1, day: 1).weekday
        for day in stride(from: -135_140, through: 157_055, by: 1) {
            let civil = CivilTime(Instant(milliseconds: Int64(day) * 86_400_000))
            guard civil.isValid, civil.daysSinceEpoch == day, civil.weekday == weekday else {
                Issue.record("day \(day) reads as \(civil)")
                return
            }
            weekday = (weekday + 1) % 7
        }
    }

    @Test("The day of the year counts leap days")
    func dayOfYear() {
        #expect(CivilTime(year: 2024, month: 12, day: 31).dayOfYear == 366)
        #expect(CivilTime(year: 2026, month: 3, day: 1).dayOfYear == 60)
    }
}

@Suite struct TimeSpanTests {
    @Test(
        "A duration is a number and one unit",
        arguments: [
            ("90d", 7_776_000_000), ("2h", 7_200_000), ("1.5s", 1500), ("250ms", 250),
            ("2w", 1_209_600_000), ("0s", 0), ("10m", 600_000),
        ])
    func reads(text: String, milliseconds: Int64) {
        #expect(TimeSpan(text) == TimeSpan(milliseconds: milliseconds))
    }

    @Test(
        "Anything else is none",
        arguments: ["", "5", "d", "-1d", "1 d", "1y", "1e3s", "1d2h", "9999999w", "1..5s", "NaNs"])
    func refuses(text: String) {
        #expect(TimeSpan(text) == nil)
    }

    @Test(
        "The shortest spelling reads back",
        arguments: [0, 1, 1500, 60_000, 129_600_000, 86_400_000])
    func writes(milliseconds: Int64) {
        let span = TimeSpan(milliseconds: milliseconds)
        #expect(TimeSpan(span.description) == span)
    }
}
