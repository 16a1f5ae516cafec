import Core
import Store
import Testing

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
