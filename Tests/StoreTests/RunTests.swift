import Core
import Store
import Testing

/// Runs of a mailing by its dates, and in parts.
@Suite struct RunTests {
    private static let date = Instant("2026-12-01T09:00:00Z")!

    /// A store with ten people and a mailing that comes again and has been let go.
    private func home() throws -> (TemporaryStore, Int64) {
        let home = try TemporaryStore()
        _ = try home.addPeople(10)
        let id = try home.store.write(.control) { access in
            try access.activate(
                .init(
                    name: "daily", hash: "1", kind: .marketing, topic: nil, isTriggered: false,
                    schedule: "daily at 09:00", source: []), at: .epoch
            ).id
        }
        try home.store.write(.control) { access in
            try access.release("daily", at: .epoch)
            try access.schedule("daily", next: Self.date)
        }
        return (home, id)
    }

    private func begin(_ home: TemporaryStore, _ date: Instant) throws -> Bool {
        try home.store.write(.control) { access in
            try access.beginRun(
                "daily", of: date, scheduled: date, next: date + .days(1), at: date)
        }
    }

    private func plan(_ home: TemporaryStore, _ id: Int64, isFirstPart: Bool = false) throws -> Int
    {
        let condition = isFirstPart ? SQLCondition(sql: "profile.id % 5 = 0", values: []) : nil
        return try home.store.write(.bulk) { access in
            try access.plan(
                mailing: id, audience: condition, span: 1000, isFirstPart: isFirstPart,
                at: Self.date)
        }
    }

    private func sendAll(_ home: TemporaryStore, _ id: Int64) throws {
        let due = try home.store.reader().dueDeliveries(mailing: id, at: Self.date, limit: 100)
        #expect(try home.intend(due.map(\.id)).allSatisfy { $0 == .go })
        for delivery in due { try home.settle(delivery.id, .accepted(ok)) }
    }

    @Test("A date has one run, with everybody once; the next date has everybody again")
    func dates() throws {
        let (home, id) = try home()
        #expect(try home.store.reader().mailing(id)?.state == .waiting)
        #expect(try begin(home, Self.date))
        #expect(try !begin(home, Self.date))
        #expect(try plan(home, id) == 10)
        #expect(try plan(home, id) == 0)
        try sendAll(home, id)
        let finished = try home.store.write(.control) { try $0.finishIfDone(id, at: Self.date) }
        #expect(finished)
        #expect(try home.store.reader().mailing(id)?.state == .waiting)
        #expect(try !begin(home, Self.date))
        #expect(try begin(home, Self.date + .days(1)))
        #expect(try plan(home, id) == 10)
    }

    @Test("A run that is retried wakes the mailing, which then waits for its next date again")
    func retry() throws {
        let (home, id) = try home()
        #expect(try begin(home, Self.date))
        _ = try plan(home, id)
        let due = try home.store.reader().dueDeliveries(mailing: id, at: Self.date, limit: 100)
        _ = try home.intend(due.map(\.id))
        for delivery in due {
            try home.settle(
                delivery.id, .refused(.rcpt, SMTPReply(code: 550, status: nil, text: "no")))
        }
        try home.store.write(.control) { access in
            _ = try access.finishIfDone(id, at: Self.date)
            #expect(try access.retryFailed("daily", at: Self.date) == 10)
        }
        #expect(try home.store.reader().mailing(id)?.state == .running)
    }

    @Test("The rest follows the first part when it is let go, and nobody gets it twice")
    func parts() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(10)
        let id = try home.activate("autumn").id
        try home.store.write(.control) { try $0.release("autumn", at: Self.date) }
        #expect(try plan(home, id, isFirstPart: true) == 2)
        try sendAll(home, id)
        let record = try #require(try home.store.reader().mailing(id))
        #expect(record.isPlanned && record.stage == .firstPart)
        // It is not finished: the rest waits.
        let finished = try home.store.write(.control) { try $0.finishIfDone(id, at: Self.date) }
        #expect(!finished)
        try home.store.write(.control) { try $0.release("autumn", at: Self.date) }
        #expect(try home.store.reader().mailing(id)?.stage == .rest)
        #expect(try plan(home, id) == 8)
        #expect(throws: StoreError.self) {
            try home.store.write(.control) { try $0.release("autumn", at: Self.date) }
        }
    }

    @Test("Who got a mailing gets it once in the time, whatever sends it; in doubt counts")
    func once() throws {
        let home = try CapTests.Home()
        var terms = CapTests.terms()
        terms.once = .days(30)
        let start = CapTests.start
        #expect(try home.send(home.queue(0, at: start), terms, at: start) == .go)
        let second = try home.queue(0, at: start + .days(29))
        #expect(
            try home.send(second, terms, at: start + .days(29))
                == .stop(reason: "got it before, and it goes once per 30d"))
        #expect(try home.found(second).state == .suppressed)
        #expect(try home.send(home.queue(1, at: start), terms, at: start) == .go)
        let then = start + .days(30)
        let third = try home.queue(0, at: then)
        #expect(try home.intend(third, terms, at: then) == .go)
        try home.settle(third, .inDoubt(reason: "lost"), at: then)
        let fourth = try home.queue(0, at: then)
        #expect(try home.send(fourth, terms, at: then) != .go)
    }
}
