import Core
import Liquid
import Testing

@Suite struct DateTests {
    @Test(
        "Dates are read as Ruby reads them",
        arguments: [
            ("2025-11-03", "2025-11-03 00:00:00 +0000"),
            ("2025-11-03 07:05", "2025-11-03 07:05:00 +0000"),
            ("2025-11-03T07:05:09.5-02:30", "2025-11-03 07:05:09 -0230"),
            ("3 November 2025", "2025-11-03 00:00:00 +0000"),
            ("Nov 3, 2025 5:04 pm", "2025-11-03 17:04:00 +0000"),
            ("Mon, 03 Nov 2025 07:05:09 GMT", "2025-11-03 07:05:09 +0000"),
            ("Mon, 03 Nov 2025 07:05:09 EST", "2025-11-03 07:05:09 -0500"),
            ("03/11/2025", "2025-11-03 00:00:00 +0000"),
            ("2025/11/03", "2025-11-03 00:00:00 +0000"),
            ("20251103T070509Z", "2025-11-03 07:05:09 +0000"),
            ("1762153509", "2025-11-03 07:05:09 +0000"),
            ("10:30", "2026-11-03 10:30:00 +0000"), ("now", "2026-11-03 09:05:07 +0000"),
            ("Today", "2026-11-03 09:05:07 +0000"),
            ("12/31/2025", "12/31/2025"), ("2025-02-30", "2025-03-02 00:00:00 +0000"),
            ("hello", "hello"),
            ("", ""),
        ])
    func reading(text: String, expected: String) throws {
        let shown = try Rendering.plain(
            "{{ d | date: '%Y-%m-%d %H:%M:%S %z' }}",
            .hash(Members([(Array("d".utf8), Value(text))])))
        #expect(shown == expected)
    }

    @Test(
        "Formats have flags, widths and compositions",
        arguments: [
            ("%a %b %e", "Mon Nov  3"), ("%A, %-d. %B", "Monday, 3. November"),
            ("%^a %#p %10A|", "MON am     Monday|"), ("%05d %_m %-H", "00003 11 7"),
            ("%D %F %r", "11/03/25 2025-11-03 07:05:09 AM"),
            ("%c", "Mon Nov  3 07:05:09 2025"), ("%v", " 3-NOV-2025"),
            ("%:z %::z %Z", "+00:00 +00:00:00 UTC"), ("%N %3N %L", "000000000 000 000"),
            ("%j %U %W %V %G %u %w", "307 44 44 45 2025 1 1"), ("%C %y %s", "20 25 1762153509"),
            ("%% %Q %", "% %Q %"), ("%n%t|", "\n\t|"), ("%Ey %Od", "25 03"),
        ])
    func formats(format: String, expected: String) throws {
        let shown = try Rendering.plain(
            "{{ '2025-11-03T07:05:09Z' | date: f }}",
            .hash(Members([(Array("f".utf8), Value(format))])))
        #expect(shown == expected)
    }

    @Test("A typed date is shown in the zone and language of the mailing")
    func zone() throws {
        let data = Value.hash(
            Members([(Array("d".utf8), .date(Instant("2026-03-01T23:30:00Z")!))]))
        let shown = try Rendering.mail("{{ d | date: '%A, %-d. %B %H:%M %z' }} {{ d }}", data) {
            $0.zone = Zone(fixedOffset: 3600)
            $0.language = Language(tag: "de-AT")
        }
        #expect(shown == "Montag, 2. März 00:30 +0100 2026-03-02 00:30:00 +0100")
    }

    @Test("Every language has twelve months and seven days", arguments: Language.allCases)
    func names(language: Language) throws {
        for month in 1...12 {
            let date = Instant("2026-\(month < 10 ? "0" : "")\(month)-01T00:00:00Z")!
            let data = Value.hash(Members([(Array("d".utf8), .date(date))]))
            let shown = try Rendering.mail("{{ d | date: '%A %a %B %b' }}", data) {
                $0.language = language
            }
            #expect(shown.split(separator: " ").count == 4)
        }
    }
}
