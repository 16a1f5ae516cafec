import Core
import Seal
import Store
import Testing

@Suite struct ConsentLedgerTests {
    private let home: TemporaryStore
    private var store: Store { home.store }
    private let ring: KeyRing

    init() throws {
        home = try TemporaryStore()
        ring = try KeyRing.ephemeral()
        try home.store.install(ring)
        try home.store.write(.control) { access in
            try access.declare(topics: [
                TopicRecord(name: "news", label: "News", byDefault: false)
            ])
        }
    }

    private func address(_ n: Int) throws -> EmailAddress {
        try EmailAddress("person\(n)@example.org")
    }

    private func history(_ n: Int) throws -> [ConsentRow] {
        try store.consent(of: address(n), in: store.reader())
    }

    private func audit(expecting head: String? = nil) throws -> ConsentAudit {
        try store.auditConsent(in: store.reader(), expecting: head)
    }

    /// Five rows: three people, a topic chosen, a topic left.
    private func fill() throws -> [Int64] {
        let people = try home.addPeople(3)
        try store.write(.control) { access in
            let source = ConsentSource(way: "form news", network: "192.0.2.0/24", wording: "abc")
            try access.set(
                topic: "news", subscribed: true, of: people[1], by: source, at: .epoch)
            try access.set(
                topic: "news", subscribed: false, of: people[1],
                by: ConsentSource(way: "one-click"), at: .epoch + .hours(1))
        }
        return people
    }

    @Test("every change of consent is a row of the person, with its source")
    func rows() throws {
        _ = try fill()
        let rows = try history(2)
        #expect(rows.map(\.change) == ["granted", "granted", "withdrawn"])
        #expect(rows.map(\.topic) == [nil, "news", "news"])
        #expect(rows.map(\.source.way) == ["operator", "form news", "one-click"])
        #expect(rows[1].source.network == "192.0.2.0/24")
        #expect(rows[1].source.wording == "abc")
        #expect(rows[2].at == .epoch + .hours(1))
        #expect(try history(3).count == 1)
    }

    @Test("what changes nothing is no row, and what is undone leaves none")
    func unchanged() throws {
        let people = try fill()
        try store.write(.control) { access in
            try access.set(topic: "news", subscribed: false, of: people[1], at: .epoch)
            try access.restrict(people[0], to: .unsubscribed, at: .epoch)
            try access.restrict(people[0], to: .unsubscribed, at: .epoch)
            try access.restrict(people[2], to: .bounced, at: .epoch)
        }
        struct Undone: Error {}
        #expect(throws: Undone.self) {
            try store.write(.control) { access in
                try access.activate(people[0], by: .operator, at: .epoch)
                throw Undone()
            }
        }
        #expect(try history(1).map(\.change) == ["granted", "withdrawn"])
        #expect(try history(2).count == 3)
        #expect(try history(3).count == 1)
        let audit = try audit()
        #expect(audit.rows == 6 && audit.broken == nil)
    }

    @Test("consent makes active who was unsubscribed or complained, not who bounces or was erased")
    func activation() throws {
        let people = try home.addPeople(4)
        let source = ConsentSource(way: "form news")
        let statuses: [ProfileStatus] = [.unsubscribed, .complained, .bounced, .erased]
        let isActive = try store.write(.control) { access in
            try zip(people, statuses).map { person, status in
                try access.restrict(person, to: status, at: .epoch)
                return try access.activate(person, by: source, at: .epoch)
            }
        }
        #expect(isActive == [true, true, false, false])
        #expect(try history(1).last?.source == source)
    }

    @Test("an erased person's rows are found by the address, and the chain still verifies")
    func erased() throws {
        let people = try fill()
        try store.write(.control) { access in
            try access.restrict(people[1], to: .erased, at: .epoch + .hours(2))
            try access.connection.run(
                "UPDATE profile SET email = 'gone' WHERE id = ?", [.integer(people[1])])
        }
        let rows = try history(2)
        #expect(rows.map(\.change) == ["granted", "granted", "withdrawn", "erased"])
        #expect(try audit().broken == nil)
        // The same address again is another profile with a history of both.
        _ = try home.addPeople(1, from: 2)
        #expect(try history(2).map(\.change).suffix(2) == ["erased", "granted"])
        // Nothing in the ledger is the address.
        let texts = try store.reader().connection.query("SELECT * FROM consent") { row in
            (Int32(0)..<11).map { "\(row.value($0))" }.joined()
        }
        #expect(!texts.contains { $0.contains("example.org") })
    }

    @Test("who was erased is known again by every key there was, and comes back by her consent")
    func erasedByOldKey() throws {
        let people = try home.addPeople(1)
        try store.write(.control) { try $0.erase(people[0], at: .epoch) }
        let path = home.directory + "/keys"
        let old = try KeyRing.load(path: path, makingIfAbsent: true)
        try store.install(old)
        let more = try home.addPeople(1, from: 2)
        try store.write(.control) { try $0.erase(more[0], at: .epoch) }
        try store.install(try old.rotate(path: path))
        let reader = try store.reader()
        #expect(try reader.isErased("Person2@example.org"))
        #expect(try history(2).map(\.change) == ["granted", "erased"])
        #expect(try !reader.isErased("person3@example.org"))
        try store.write(.control) { try $0.liftErasure(of: "person2@example.org") }
        #expect(try !store.reader().isErased("person2@example.org"))
    }

    @Test("rows sealed before a key was rotated verify, and are found")
    func rotation() throws {
        let people = try fill()
        let path = home.directory + "/keys"
        try store.install(try ring.rotate(path: path))
        try store.write(.control) { access in
            _ = try access.restrict(people[1], to: .erased, at: .epoch)
        }
        #expect(try audit().broken == nil)
        #expect(try history(2).map(\.key).last == 2)
        #expect(try history(2).count == 4)
    }

    @Test(
        "a change to the table names the first broken row",
        arguments: [
            ("UPDATE consent SET at = at + 1 WHERE id = 3", 3, "is not as it was written"),
            ("UPDATE consent SET topic = NULL WHERE id = 4", 4, "is not as it was written"),
            ("UPDATE consent SET way = 'page' WHERE id = 1", 1, "is not as it was written"),
            ("UPDATE consent SET profile = 1 WHERE id = 5", 5, "is not as it was written"),
            ("UPDATE consent SET network = '' WHERE id = 2", 2, "is not as it was written"),
            ("UPDATE consent SET seal = zeroblob(32) WHERE id = 5", 5, "is not as it was written"),
            ("UPDATE consent SET key = 9 WHERE id = 2", 2, "is sealed with a key we do not have"),
            ("DELETE FROM consent WHERE id = 2", 2, "is missing"),
            (
                "DELETE FROM consent WHERE id = 3; UPDATE consent SET id = id - 1 WHERE id > 3",
                3, "is not as it was written"
            ),
        ])
    func tampering(_ sql: String, _ row: Int64, _ reason: String) throws {
        _ = try fill()
        #expect(try audit().broken == nil)
        try store.write(.control) { try $0.connection.execute(sql) }
        let audit = try audit()
        #expect(audit.broken?.row == row)
        #expect(audit.broken?.reason == reason)
        #expect(audit.rows == Int(row) - 1)
    }

    @Test("a head that was noted shows whether the end was cut off")
    func truncation() throws {
        _ = try fill()
        let head = try #require(try audit().head)
        #expect(try audit(expecting: head).holdsHead == true)
        try store.write(.control) { try $0.connection.execute("DELETE FROM consent WHERE id = 5") }
        let audit = try audit(expecting: head)
        #expect(audit.broken == nil && audit.rows == 4)
        #expect(audit.holdsHead == false)
    }

    @Test("another ring finds the first row broken")
    func otherRing() throws {
        _ = try fill()
        try store.install(try KeyRing.ephemeral())
        #expect(try audit().broken?.row == 1)
    }

    @Test(
        "of a network address only the prefix is kept",
        arguments: [
            ("192.0.2.77", "192.0.2.0/24"), ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:7:8::9", "2001:db8:7::/48"), ("2001:DB8::1", "2001:db8::/48"),
            ("fe80::1", "fe80::/48"), ("::1", nil), ("", nil), ("300.1.1.1", nil),
            ("1.2.3", nil), ("x:y:z::", nil), ("unix", nil),
        ] as [(String, String?)])
    func network(_ address: String, _ expected: String?) {
        #expect(ConsentSource.network(of: address) == expected)
    }
}
