import Core
import Glibc
import Testing

@Suite struct ZoneTests {
    /// The system's own file; absent on a machine without tzdata, where the tests over it skip.
    static func system(_ name: String) -> [UInt8]? {
        guard let file = fopen("/usr/share/zoneinfo/\(name)", "rb") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
    static var hasZones: Bool { system("Europe/Berlin") != nil }

    func zone(_ name: String) throws -> Zone {
        let bytes = try #require(Self.system(name))
        return try #require(Zone(tzif: bytes))
    }

    @Test("UTC and fixed zones never change")
    func fixed() throws {
        #expect(Zone.utc.offset(at: .epoch) == 0)
        #expect(Zone(fixedOffset: -3600).civil(Instant(milliseconds: 0)).hour == 23)
    }

    @Test(
        "offsets agree with the published zone, far into the future as well",
        .enabled(if: hasZones, "no tzdata on this machine"),
        arguments: [
            ("Europe/Berlin", "1800-01-01T00:00Z", 3208), ("Europe/Berlin", "1970-01-01", 3600),
            ("Europe/Berlin", "2026-03-29T00:59:59Z", 3600),
            ("Europe/Berlin", "2026-03-29T01:00Z", 7200),
            ("Europe/Berlin", "2026-10-25T00:59:59Z", 7200),
            ("Europe/Berlin", "2026-10-25T01:00Z", 3600),
            ("Europe/Berlin", "2099-07-01", 7200), ("Europe/Berlin", "2099-12-01", 3600),
            ("America/New_York", "2050-03-13T06:59Z", -18000),
            ("America/New_York", "2050-03-13T07:00Z", -14400),
            ("America/New_York", "2050-11-06T05:59Z", -14400),
            ("America/New_York", "2050-11-06T06:00Z", -18000),
            ("Australia/Sydney", "2060-01-15", 39600), ("Australia/Sydney", "2060-07-15", 36000),
            ("Asia/Kolkata", "2026-11-21", 19800), ("Asia/Kathmandu", "2070-01-01", 20700),
            ("Africa/Casablanca", "2026-11-21", 3600), ("Etc/UTC", "2026-11-21", 0),
        ])
    func offsets(name: String, at text: String, seconds: Int) throws {
        let at = try #require(Instant(text))
        #expect(try zone(name).offset(at: at) == seconds)
    }

    @Test(
        "a skipped time comes out later, a doubled one is the first",
        .enabled(if: hasZones, "no tzdata on this machine"),
        arguments: [
            ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),
            ("2026-03-29T01:59", "2026-03-29T00:59:00Z"),
            ("2026-03-29T03:00", "2026-03-29T01:00:00Z"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
            ("2026-10-25T03:00", "2026-10-25T02:00:00Z"),
            ("2026-07-01", "2026-06-30T22:00:00Z"), ("2090-12-24T18:00", "2090-12-24T17:00:00Z"),
        ])
    func civil(local: String, expected: String) throws {
        let civil = CivilTime(try #require(Instant(local)))
        #expect(try zone("Europe/Berlin").instant(of: civil).rfc3339 == expected)
    }

    @Test("every cut of a file is refused, every changed byte is survived", .enabled(if: hasZones))
    func hostile() throws {
        let bytes = try #require(Self.system("Europe/Berlin"))
        for length in 0..<bytes.count { #expect(Zone(tzif: Array(bytes.prefix(length))) == nil) }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0xFF
            if let zone = Zone(tzif: changed) {
                _ = zone.offset(at: .distantFuture)
                _ = zone.offset(at: Instant(milliseconds: .min))
            }
        }
    }
}
