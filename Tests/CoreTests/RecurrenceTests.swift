import Core
import Testing

@Suite struct RecurrenceTests {
    @Test(
        "What is written comes back, in one spelling",
        arguments: [
            ("daily at 09:00", "daily at 09:00"),
            ("Weekly on Thu mon at 18:30", "weekly on mon thu at 18:30"),
            ("monthly on 1 at 00:00", "monthly on 1 at 00:00"),
            ("monthly on last at 23:59", "monthly on 31 at 23:59"),
        ])
    func reads(_ text: String, _ expected: String) {
        #expect(Recurrence(text)?.description == expected)
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "daily", "daily 09:00", "daily at 9", "daily at 24:00", "daily on mon at 09:00",
            "weekly at 09:00", "weekly on at 09:00", "weekly on monday at 09:00",
            "monthly on 0 at 09:00", "monthly on 32 at 09:00", "monthly on 1 2 at 09:00",
            "monthly on +1 at 09:00", "yearly on 1 at 09:00", "at 09:00", "daily at at 09:00",
        ])
    func refuses(_ text: String) { #expect(Recurrence(text) == nil) }

    @Test(
        "Dates follow the calendar of the zone, over both changes of the clock and leap days",
        .enabled(if: ZoneTests.hasZones),
        arguments: [
            // An hour that a clock skips comes an hour later; one shown twice comes once.
            (
                "Europe/Berlin", "daily at 02:30", "2026-03-28T00:00:00Z",
                ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]
            ),
            (
                "Europe/Berlin", "daily at 02:30", "2026-10-24T12:00:00Z",
                ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
            ),
            (
                "America/New_York", "daily at 02:30", "2026-03-07T12:00:00Z",
                ["2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"]
            ),
            (
                "America/New_York", "daily at 01:30", "2026-10-31T12:00:00Z",
                ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]
            ),
            // Nine o'clock stays nine o'clock.
            (
                "Europe/Berlin", "weekly on mon at 09:00", "2026-03-20T00:00:00Z",
                ["2026-03-23T08:00:00Z", "2026-03-30T07:00:00Z"]
            ),
            (
                "Europe/Berlin", "weekly on sun wed at 09:00", "2026-12-02T08:00:00Z",
                ["2026-12-06T08:00:00Z", "2026-12-09T08:00:00Z"]
            ),
            (
                "UTC", "monthly on 31 at 09:00", "2027-12-31T09:00:00Z",
                [
                    "2028-01-31T09:00:00Z", "2028-02-29T09:00:00Z", "2028-03-31T09:00:00Z",
                    "2028-04-30T09:00:00Z",
                ]
            ),
            (
                "UTC", "monthly on 30 at 09:00", "2027-01-30T09:00:00Z",
                ["2027-02-28T09:00:00Z", "2027-03-30T09:00:00Z"]
            ),
            (
                "UTC", "monthly on 29 at 09:00", "2027-12-30T00:00:00Z",
                ["2028-01-29T09:00:00Z", "2028-02-29T09:00:00Z", "2028-03-29T09:00:00Z"]
            ),
            (
                "America/New_York", "monthly on 1 at 20:00", "2026-11-30T00:00:00Z",
                ["2026-12-02T01:00:00Z", "2027-01-02T01:00:00Z"]
            ),
        ])
    func dates(_ name: String, _ text: String, _ start: String, _ dates: [String]) throws {
        let zone = name == "UTC" ? .utc : try ZoneTests().zone(name)
        let recurrence = try #require(Recurrence(text))
        var now = try #require(Instant(start))
        for date in dates {
            now = recurrence.next(after: now, in: zone)
            #expect(now.rfc3339 == date, "\(text) in \(name)")
        }
    }

    @Test("Of dates missed the latest is found; none is later than now")
    func latest() throws {
        let daily = try #require(Recurrence("daily at 09:00"))
        let first = try #require(Instant("2026-12-01T09:00:00Z"))
        for (now, expected) in [
            ("2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z"),
            ("2026-12-02T08:59:59Z", "2026-12-01T09:00:00Z"),
            ("2026-12-05T12:00:00Z", "2026-12-05T09:00:00Z"),
        ] {
            let found = daily.latest(
                from: first, notAfter: try #require(Instant(now)), in: .utc)
            #expect(found.rfc3339 == expected)
        }
    }

    @Test(
        "A deadline is the next such time of day, a date by the zone's clock, or an instant",
        .enabled(if: ZoneTests.hasZones),
        arguments: [
            ("18:00", "2026-12-01T09:00:00Z", "2026-12-01T17:00:00Z"),
            ("18:00", "2026-12-01T17:00:00Z", "2026-12-02T17:00:00Z"),
            ("2026-12-03T18:00", "2026-12-01T09:00:00Z", "2026-12-03T17:00:00Z"),
            ("2026-12-03T18:00Z", "2026-12-01T09:00:00Z", "2026-12-03T18:00:00Z"),
        ])
    func deadlines(_ text: String, _ start: String, _ end: String) throws {
        let deadline = try #require(Deadline(text))
        let berlin = try ZoneTests().zone("Europe/Berlin")
        #expect(deadline.end(start: try #require(Instant(start)), in: berlin).rfc3339 == end)
    }

    @Test("What is no deadline and no first part is refused")
    func faults() {
        for text in ["", "6 pm", "25:00", "2026-13-01T09:00", "2026-12-01", "18:00:00"] {
            #expect(Deadline(text) == nil, "\(text)")
        }
        for text in [
            "5%", "5 then wait", "0% then wait", "100% then wait", "5% then 30m", "nan% then wait",
            "5% then 0m if healthy", "5% then 30m if happy", "5% then wait now",
        ] {
            #expect(Stagger(text) == nil, "\(text)")
        }
    }
}
