import Core
import Rules
import Store
import Testing

/// Hours in which a message may leave, by the recipient's clock.
@Suite struct SendHoursTests {
    private static let zones = RecipientZones(standard: .utc) { name in
        ["Test/East": Zone(fixedOffset: 9 * 3600), "Test/West": Zone(fixedOffset: -5 * 3600)][name]
    }

    private static func terms(_ window: String) throws -> SendTerms {
        var terms = CapTests.terms()
        terms.window = try SendWindow(window)
        terms.zones = zones
        terms.readsZone = true
        return terms
    }

    private func home(zone: String?) throws -> CapTests.Home {
        let home = try CapTests.Home()
        try home.home.store.write(.control) { [person = home.person] access in
            try access.declare(fields: [FieldColumn(name: "zone", type: .text)], at: .epoch)
            guard let zone, let column = try access.fieldColumns()["zone"] else { return }
            try access.set([(column, .text(zone))], of: person, at: .epoch)
        }
        return home
    }

    @Test(
        "The field zone decides; a missing, unknown or odd one is the mailing's, or the configured",
        arguments: [
            ("Test/East", "2026-12-02T00:00:00Z"), ("Test/West", "2026-12-01T14:00:00Z"),
            (nil, "2026-12-02T09:00:00Z"), ("Mars/Crater", "2026-12-02T09:00:00Z"),
            ("../../etc/passwd", "2026-12-02T09:00:00Z"), ("/", "2026-12-02T09:00:00Z"),
        ] as [(String?, String)])
    func zones(_ zone: String?, _ opening: String) throws {
        let home = try home(zone: zone)
        let now = Instant("2026-12-01T11:30:00Z")!
        let delivery = try home.queue(0, at: now)
        #expect(
            try home.send(delivery, Self.terms("09:00-11:00"), at: now)
                == .stop(reason: "outside of its hours"))
        let found = try home.found(delivery)
        #expect(found.due.rfc3339 == opening && found.state == .queued)
        #expect(try home.send(delivery, Self.terms("09:00-11:00"), at: found.due) == .go)
    }

    @Test(
        "The hours put off beyond the lifetime; the mailing's zone goes before the configured one")
    func weekend() throws {
        let home = try home(zone: nil)
        var terms = try Self.terms("10:00-12:00 sun")
        terms.lifetime = .hours(1)
        terms.zone = Zone(fixedOffset: 3600)
        let delivery = try home.queue(0, at: CapTests.start)
        _ = try home.send(delivery, terms, at: CapTests.start)
        #expect(try home.found(delivery).due.rfc3339 == "2026-12-06T09:00:00Z")
    }

    @Test("Without a declared field nothing is asked of the profile, and a deadline ends the wait")
    func deadline() throws {
        let home = try CapTests.Home()
        var terms = try Self.terms("10:00-12:00 sun")
        terms.readsZone = false
        terms.ends = CapTests.start + .hours(1)
        let delivery = try home.queue(0, at: CapTests.start)
        _ = try home.send(delivery, terms, at: CapTests.start)
        #expect(try home.found(delivery).state == .queued)
        _ = try home.send(delivery, terms, at: CapTests.start + .hours(1))
        #expect(try home.found(delivery).state == .expired)
        #expect(
            try home.found(delivery).reason == "the deadline 2026-12-01T10:00:00Z is past")
    }
}
