import Core
import Testing

@Suite struct SendWindowTests {
    @Test(
        "Hours and days are read in any order; without hours whole days, without days every day",
        arguments: [
            "08:00-20:00 mon-fri", "mon-fri 08:00-20:00", "08:00-20:00 mon tue wed thu fri",
            "08:00-20:00 Mon-Fri", "08:00-20:00 mon-wed, 08:00-20:00 thu fri",
        ])
    func reads(_ text: String) throws {
        let window = try SendWindow(text)
        let utc = Zone.utc
        // 2026-12-04 is a Friday.
        for (now, opening) in [
            ("2026-12-04T07:59:59Z", "2026-12-04T08:00:00Z"), ("2026-12-04T08:00:00Z", nil),
            ("2026-12-04T19:59:59Z", nil), ("2026-12-04T20:00:00Z", "2026-12-07T08:00:00Z"),
            ("2026-12-06T12:00:00Z", "2026-12-07T08:00:00Z"),
        ] as [(String, String?)] {
            let found = window.opening(after: try #require(Instant(now)), in: utc)
            #expect(found?.rfc3339 == opening, "\(text) at \(now)")
        }
    }

    @Test(
        "What is no window is refused",
        arguments: [
            "", "8-20", "08:00-20:00 monday", "08:00", "08:00-08:00", "24:00-08:00", "08:00-24:01",
            "08:00-20:00 10:00-11:00", "08:00-20:00,", "mon-tue-wed", "-", "08:00-20:00 mon-",
            String(repeating: "mon,", count: 25) + "mon",
        ])
    func refuses(_ text: String) {
        #expect(throws: SendWindow.Invalid.self) { try SendWindow(text) }
    }

    @Test("Hours that end before they begin belong to the day on which they begin")
    func overMidnight() throws {
        let window = try SendWindow("22:00-06:00 fri")
        for (now, opening) in [
            ("2026-12-04T21:00:00Z", "2026-12-04T22:00:00Z"), ("2026-12-04T23:00:00Z", nil),
            ("2026-12-05T05:59:00Z", nil), ("2026-12-05T06:00:00Z", "2026-12-11T22:00:00Z"),
        ] as [(String, String?)] {
            let found = window.opening(after: try #require(Instant(now)), in: .utc)
            #expect(found?.rfc3339 == opening, "at \(now)")
        }
    }

    @Test(
        "The recipient's clock decides, over both changes of it", .enabled(if: ZoneTests.hasZones),
        arguments: [
            // New York, 8 March 2026: 02:00 becomes 03:00.
            ("America/New_York", "08:00-20:00", "2026-03-07T12:30:00Z", "2026-03-07T13:00:00Z"),
            ("America/New_York", "08:00-20:00", "2026-03-08T11:30:00Z", "2026-03-08T12:00:00Z"),
            // An hour that does not exist that day comes an hour later.
            ("America/New_York", "02:30-05:00", "2026-03-08T06:00:00Z", "2026-03-08T07:30:00Z"),
            ("America/New_York", "02:15-02:45", "2026-03-08T06:00:00Z", "2026-03-08T07:15:00Z"),
            // From inside the gap to its end there is nothing: the next day.
            ("America/New_York", "02:30-03:00", "2026-03-08T06:00:00Z", "2026-03-09T06:30:00Z"),
            // Berlin, 25 October 2026: 03:00 becomes 02:00; what comes twice is taken first.
            ("Europe/Berlin", "02:30-05:00", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"),
            ("Europe/Berlin", "08:00-20:00", "2026-10-25T06:30:00Z", "2026-10-25T07:00:00Z"),
            ("Europe/Berlin", "08:00-20:00", "2026-03-29T05:30:00Z", "2026-03-29T06:00:00Z"),
            ("Europe/Berlin", "sun", "2026-03-28T22:59:00Z", "2026-03-28T23:00:00Z"),
            // The day after 29 February.
            ("Europe/Berlin", "00:00-24:00 wed", "2028-02-29T12:00:00Z", "2028-02-29T23:00:00Z"),
        ])
    func zones(_ zone: String, _ window: String, _ now: String, _ opening: String) throws {
        let found = try SendWindow(window).opening(
            after: try #require(Instant(now)), in: try ZoneTests().zone(zone))
        #expect(found?.rfc3339 == opening)
    }

    @Test(
        "It opens within eight days, is open then, and was not before",
        .enabled(if: ZoneTests.hasZones))
    func opens() throws {
        var random = SplitMix64(seed: 20_261_204)
        let zones = try [
            "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
        ].map { try ZoneTests().zone($0) }
        let windows = try [
            "08:00-20:00 mon-fri", "22:00-06:00", "sat sun", "01:00-03:30 sun, 23:30-24:00 wed",
        ].map { try SendWindow($0) }
        for _ in 0..<4000 {
            let zone = zones[Int(random.next() % 4)]
            let window = windows[Int(random.next() % 4)]
            let now = Instant(milliseconds: Int64(random.next() % 2_000_000_000) * 1000)
            guard let opening = window.opening(after: now, in: zone) else { continue }
            #expect(opening > now && opening <= now + .days(8))
            #expect(window.opening(after: opening, in: zone) == nil)
            #expect(window.opening(after: opening - .milliseconds(1), in: zone) == opening)
        }
    }
}
