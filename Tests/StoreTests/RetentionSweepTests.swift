import Core
import Rules
import Testing

@testable import Store

@Suite struct RetentionSweepTests {
    private static let now = Instant("2026-12-01T00:00:00Z")!
    private let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func sweep(_ retention: Retention) throws -> Int {
        try store.store.write(.bulk) { access in
            var sweep = RetentionSweep(retention, at: Self.now)
            while try sweep.step(in: access) {}
            return sweep.deleted
        }
    }

    @Test("events go by kind and age, all of them however many there are")
    func events() throws {
        let person = try store.addPeople(1)[0]
        try store.store.write(.loop) { access in
            for days in 0..<6000 {
                for kind in [EventKind.open, .click] where days % 2 == 0 || kind == .open {
                    try access.record(
                        EventRecord(profile: person, kind: kind, at: Self.now - .days(Int64(days))))
                }
            }
        }
        #expect(try sweep(Retention()) == 0)
        let deleted = try sweep(Retention(events: ["open": .days(10), "click": .days(4000)]))
        #expect(deleted == 5989 + 999)
        let left = try store.store.reader().events(after: 0, limit: 10_000)
        #expect(left.filter { $0.kind == .open }.allSatisfy { $0.at >= Self.now - .days(10) })
        #expect(left.count == 9000 - deleted)
    }

    @Test("what a message was made from stays as long as it may be made again")
    func mergeRows() throws {
        _ = try store.addPeople(2)
        let ids = try store.run("autumn")
        _ = try store.intend(ids)
        try store.settle(ids[0], .accepted(ok))
        #expect(try sweep(Retention()) == 1)
        let reader = try store.store.reader()
        #expect(try reader.mergeRow(ids[0]) == nil)
        #expect(try reader.mergeRow(ids[1]) != nil)
    }

    @Test("who never confirmed a form is forgotten, not who was known before or was asked lately")
    func unconfirmed() throws {
        let form = FormRule(name: "f", topics: ["news"], confirmation: "confirm")
        func ask(_ name: String, days: Int64) throws {
            let optIn = OptIn(
                form: form, email: try EmailAddress("\(name)@example.org"), topics: ["news"])
            let at = Self.now - .days(days)
            #expect(try store.store.write(.loop) { try optIn.apply(in: $0, at: at) } == .asked)
        }
        let known = try store.store.write(.control) { access in
            _ = try access.activate(
                .init(
                    name: form.confirmation, hash: "1", kind: .transactional, topic: nil,
                    isTriggered: true, source: []), at: .epoch)
            return try access.addProfile(
                email: EmailAddress("known@example.org"), status: .unconfirmed, at: .epoch)
        }
        for (name, days) in [("old", 31), ("known", 31), ("buyer", 31), ("young", 29)]
            as [(String, Int64)]
        {
            try ask(name, days: days)
        }
        try ask("again", days: 40)
        try ask("again", days: 1)
        let buyer = try store.store.reader().profileID(email: EmailAddress("buyer@example.org"))!
        try store.store.write(.control) { access in
            try access.suppress(email: "old@example.org", reason: "complaint", at: .epoch)
            try access.connection.run(
                "INSERT INTO sale (profile, order_id, at, total) VALUES (?, 'A', 0, 1)",
                [.integer(buyer)])
        }
        #expect(try sweep(Retention()) == 0)
        #expect(try sweep(Retention(unconfirmed: .days(30))) == 1)
        let reader = try store.store.reader()
        #expect(try reader.profileID(email: EmailAddress("old@example.org")) == nil)
        for name in ["known", "buyer", "young", "again"] {
            #expect(
                try reader.profileID(email: EmailAddress("\(name)@example.org")) != nil, "\(name)")
        }
        #expect(try reader.profile(known, fields: [])?.status == .unconfirmed)
        // It is no erasure that was asked for: she may come again, and what forbids mail stays.
        #expect(try !reader.isErased("old@example.org"))
        #expect(
            try reader.connection.first("SELECT count(*) FROM suppression") { $0.integer(0) } == 1)
        try ask("old", days: 0)
        let rows = try store.store.consent(of: EmailAddress("old@example.org"), in: reader)
        #expect(rows.map(\.change) == ["asked", "erased", "asked"])
        #expect(rows.map(\.source.way)[1] == "retention")
        #expect(try store.store.auditConsent(in: reader).broken == nil)
    }

    @Test("reports and changes of fields go when their time has come")
    func others() throws {
        try store.store.write(.loop) { access in
            for n in 0..<20 {
                _ = try access.isNew(report: "hash\(n)", at: Self.now - .days(Int64(n)))
            }
        }
        #expect(try sweep(Retention(reports: .days(5))) == 14)
    }
}
