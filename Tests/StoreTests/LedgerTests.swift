import Core
import Store
import Testing

@Suite struct LedgerTests {
    @Test("Planning in chunks queues everybody once, and again nobody")
    func plansOnce() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(250)
        let deliveries = try home.run("autumn")
        #expect(deliveries.count == 250)
        let mailing = try home.store.reader().mailing(named: "autumn")!
        #expect(mailing.isPlanned)
        let again = try home.store.write(.bulk) {
            try $0.plan(mailing: mailing.id, audience: nil, span: 1000, at: .epoch)
        }
        #expect(again == 0)
        #expect(try home.counts(mailing.id) == [.queued: 250])
    }

    @Test("An audience condition with bound values limits the plan")
    func audience() throws {
        let home = try TemporaryStore()
        let people = try home.addPeople(10)
        let mailing = try home.activate("autumn")
        let planned = try home.store.write(.control) { access in
            try access.release("autumn", at: .epoch)
            let condition = SQLCondition(
                sql: "profile.id > ?", values: [.integer(people[6])])
            return try access.plan(
                mailing: mailing.id, audience: condition, span: 1000, at: .epoch)
        }
        #expect(planned == 3)
    }

    @Test("A delivery goes from queued over sending to sent, and the counts follow")
    func sends() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(3)
        let deliveries = try home.run("autumn")
        #expect(try home.intend(deliveries) == [.go, .go, .go])
        let reader = try home.store.reader()
        #expect(try reader.openIntents().map(\.place) == [0, 1, 2])
        #expect(try reader.mergeRow(deliveries[0]) == [1, 2])
        for delivery in deliveries { try home.settle(delivery, .accepted(ok)) }
        let mailing = try reader.mailing(named: "autumn")!
        #expect(try home.counts(mailing.id) == [.sent: 3])
        #expect(try reader.delivery(deliveries[0])?.reply == "250 queued")
        let finished = try home.store.write(.control) {
            try $0.finishIfDone(mailing.id, at: .epoch)
        }
        #expect(finished)
    }

    @Test(
        "However many results come together, each message that was taken is one event, its person's",
        arguments: [1, 15, 16, 17, 37])
    func notesSent(_ count: Int) throws {
        let home = try TemporaryStore()
        let people = try home.addPeople(count)
        let deliveries = try home.run("autumn")
        _ = try home.intend(deliveries)
        try home.store.write(.results) { access in
            let results = deliveries.map {
                AttemptResult(
                    delivery: $0, outcome: .accepted(ok), retryAt: nil, addressIsDead: false)
            }
            try access.commit(results, at: .epoch + .seconds(1))
        }
        let events = try home.store.reader().events(after: 0, limit: 100).filter {
            $0.kind == .send
        }
        #expect(events.map(\.profile) == people)
        #expect(events.map(\.delivery) == deliveries)
        #expect(events.allSatisfy { $0.mailing == 1 && $0.at == .epoch + .seconds(1) })
    }

    @Test("An intent for what is not waiting any more is answered with stop")
    func intentTwice() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(1)
        let deliveries = try home.run("autumn")
        _ = try home.intend(deliveries)
        #expect(try home.intend(deliveries) == [.stop(reason: "it is not waiting any more")])
    }

    @Test("Consent is read again when the intent is made")
    func suppressesAtIntent() throws {
        let home = try TemporaryStore()
        let people = try home.addPeople(2)
        let deliveries = try home.run("autumn")
        try home.store.write(.control) { access in
            try access.restrict(people[0], to: .unsubscribed, at: .epoch)
            try access.suppress(email: "PERSON2@example.org", reason: "asked", at: .epoch)
        }
        #expect(
            try home.intend(deliveries) == [
                .stop(reason: "status unsubscribed"), .stop(reason: "suppressed address"),
            ])
        let mailing = try home.store.reader().mailing(named: "autumn")!
        #expect(try home.counts(mailing.id) == [.suppressed: 2])
    }

    @Test("Of many intents each is answered by itself, in their order", arguments: [5, 16, 40])
    func manyIntents(_ count: Int) throws {
        let home = try TemporaryStore()
        let people = try home.addPeople(count)
        let deliveries = try home.run("autumn")
        try home.store.write(.loop) { access in
            try access.suppress(email: "person2@example.org", reason: "asked", at: .epoch)
            try access.settle(deliveries[3], .skipped, reason: "no content", at: .epoch)
        }
        var asked = Array(deliveries.reversed())
        asked.insert(deliveries[count - 1] + 1, at: 2)
        let answers = try home.intend(asked)
        #expect(answers.count == count + 1)
        for (delivery, answer) in zip(asked, answers) {
            let profile = try home.store.reader().delivery(delivery)?.profile
            let stops = profile == nil || profile == people[1] || profile == people[3]
            #expect((answer == .go) == !stops)
        }
        let mailing = try home.store.reader().mailing(named: "autumn")!
        #expect(
            try home.counts(mailing.id)
                == [.sending: count - 2, .suppressed: 1, .skipped: 1])
    }

    @Test("A paused mailing's intents stop and its deliveries keep waiting")
    func paused() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(1)
        let deliveries = try home.run("autumn")
        try home.store.write(.control) { try $0.pause("autumn", reason: "test") }
        #expect(try home.intend(deliveries) == [.stop(reason: "the mailing does not run")])
        try home.store.write(.control) { try $0.resume("autumn") }
        #expect(try home.intend(deliveries) == [.go])
    }

    @Test("A temporary refusal waits for its retry; without one its time is over")
    func defers() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(2)
        let deliveries = try home.run("autumn")
        _ = try home.intend(deliveries)
        let busy = SMTPReply(code: 451, status: EnhancedStatus(4, 3, 0), text: "later")
        let later = Instant(milliseconds: 60_000)
        try home.settle(deliveries[0], .deferred(.rcpt, busy), retryAt: later)
        try home.settle(deliveries[1], .deferred(.rcpt, busy))
        let reader = try home.store.reader()
        let mailing = try reader.mailing(named: "autumn")!
        #expect(try home.counts(mailing.id) == [.deferred: 1, .expired: 1])
        #expect(try reader.dueDeliveries(mailing: mailing.id, at: .epoch, limit: 9).isEmpty)
        #expect(try reader.nextDue(mailing: mailing.id) == later)
        #expect(
            try reader.dueDeliveries(mailing: mailing.id, at: later, limit: 9).map(\.id)
                == [deliveries[0]])
        #expect(try reader.delivery(deliveries[0])?.attempts == 1)
    }

    @Test("A look behind a place gives what falls due after it, in the same order as a look at all")
    func dueBehind() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(40)
        let deliveries = try home.run("autumn")
        _ = try home.intend(Array(deliveries.prefix(10)))
        let busy = SMTPReply(code: 451, status: EnhancedStatus(4, 3, 0), text: "later")
        for (index, delivery) in deliveries.prefix(10).enumerated() {
            let due = Instant(milliseconds: Int64(index % 3))
            try home.settle(delivery, .deferred(.rcpt, busy), retryAt: due)
        }
        let reader = try home.store.reader()
        let now = Instant(milliseconds: 1)
        let all = try reader.dueDeliveries(mailing: 1, at: now, limit: 100)
        #expect(all.count == 37)
        #expect(all.map(\.due) == all.map(\.due).sorted())
        for length in [1, 5, 33, 34, 36] {
            let rest = try reader.dueDeliveries(
                mailing: 1, at: now, after: all[length - 1].duePlace, limit: 100)
            #expect(rest.map(\.id) == all.dropFirst(length).map(\.id))
        }
        #expect(
            try reader.dueDeliveries(mailing: 1, at: now, after: all[36].duePlace, limit: 9)
                .isEmpty)
    }

    @Test(
        "Looking for due work begins in the partial index at a place, and sorts nothing",
        arguments: [
            ("due = 5 AND id > 7 ORDER BY id", "(mailing=? AND due=? AND id>?)"),
            ("due > 5 AND due <= 9 ORDER BY due, id", "(mailing=? AND due>? AND due<?)"),
        ])
    func dueIsCovered(condition: String, search: String) throws {
        let home = try TemporaryStore()
        let plan = try home.store.reader().connection.query(
            """
            EXPLAIN QUERY PLAN SELECT id FROM delivery INDEXED BY delivery_due
            WHERE mailing = 1 AND state IN (0, 3) AND \(condition) LIMIT 3
            """
        ) { $0.text(3) }
        #expect(plan.count == 1)
        #expect(plan.first?.contains(search) == true)
    }

    @Test("No update of a delivery builds a table to see which index it belongs into")
    func updateIsPlain() throws {
        let home = try TemporaryStore()
        let steps = try home.store.reader().connection.query(
            "EXPLAIN UPDATE delivery SET state = 2, reply = 'x' WHERE id = 1"
        ) { $0.text(1) }
        #expect(steps.contains("IdxDelete"))
        #expect(!steps.contains("OpenEphemeral"))
    }

    @Test("Reads put together see one commit, and the next ones see what came meanwhile")
    func together() throws {
        let home = try TemporaryStore()
        let people = try home.addPeople(1)
        let reader = try home.store.reader()
        try reader.together {
            #expect(try reader.profileCounts() == [.active: 1])
            _ = try home.store.write(.control) {
                try $0.restrict(people[0], to: .unsubscribed, at: .epoch)
            }
            #expect(try reader.profileCounts() == [.active: 1])
        }
        #expect(try reader.profileCounts() == [.unsubscribed: 1])
    }

    @Test("A connection lost before the dot does not burn an attempt")
    func unsent() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(1)
        let deliveries = try home.run("autumn")
        _ = try home.intend(deliveries)
        try home.settle(
            deliveries[0], .unsent(.connect, reason: "refused"), retryAt: .epoch)
        let delivery = try home.store.reader().delivery(deliveries[0])
        #expect(delivery?.state == .queued)
        #expect(delivery?.attempts == 0)
    }

    @Test("What is in doubt waits for the operator, who resends or drops it")
    func doubt() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(1)
        let deliveries = try home.run("autumn")
        _ = try home.intend(deliveries)
        try home.settle(deliveries[0], .inDoubt(reason: "no reply to the final dot"))
        let moved = try home.store.write(.control) {
            try $0.resolveDoubt("autumn", .resend, at: .epoch)
        }
        #expect(moved == 1)
        #expect(try home.store.reader().delivery(deliveries[0])?.state == .queued)
    }

    @Test("A reply that says the address is dead ends all mail to the profile")
    func deadAddress() throws {
        let home = try TemporaryStore()
        let people = try home.addPeople(1)
        let deliveries = try home.run("autumn")
        _ = try home.intend(deliveries)
        let dead = SMTPReply(code: 550, status: EnhancedStatus(5, 1, 1), text: "no such user")
        _ = try home.store.write(.results) { access in
            try access.commit(
                [
                    AttemptResult(
                        delivery: deliveries[0], outcome: .refused(.rcpt, dead), retryAt: nil,
                        addressIsDead: true)
                ], at: .epoch)
        }
        let reader = try home.store.reader()
        #expect(try reader.profile(people[0], fields: [])?.status == .bounced)
        #expect(try reader.events(after: 0, limit: 9).map(\.kind) == [.bounce])
    }

    @Test("A forbidden transition is refused and nothing changes")
    func forbidden() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(1)
        let deliveries = try home.run("autumn")
        #expect(throws: StoreError.self) { try home.settle(deliveries[0], .accepted(ok)) }
        #expect(try home.store.reader().delivery(deliveries[0])?.state == .queued)
    }

    @Test("A triggered delivery exists once per occasion")
    func occasion() throws {
        let home = try TemporaryStore()
        let people = try home.addPeople(1)
        let mailing = try home.activate("offer", triggered: true)
        #expect(mailing.state == .running)
        let key = DeliveryKey(
            mailing: mailing.id, profile: people[0], occasion: .trigger("offer", firing: 1))
        let ids = try home.store.write(.loop) { access in
            try (0..<2).map { _ in
                try access.queue(key, version: mailing.activeVersion!, due: .epoch, at: .epoch)
            }
        }
        #expect(ids[0] != nil)
        #expect(ids[1] == nil)
    }

    @Test("Cancelling takes back what is not on its way and leaves the rest")
    func cancels() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(3)
        let deliveries = try home.run("autumn")
        _ = try home.intend([deliveries[0]])
        let cancelled = try home.store.write(.control) { try $0.cancel("autumn", at: .epoch) }
        #expect(cancelled == 2)
        try home.settle(deliveries[0], .accepted(ok))
        let mailing = try home.store.reader().mailing(named: "autumn")!
        #expect(try home.counts(mailing.id) == [.cancelled: 2, .sent: 1])
    }

    @Test("Dropping an edited file after the run mails nobody again")
    func redrop() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(1)
        let deliveries = try home.run("autumn")
        _ = try home.intend(deliveries)
        try home.settle(deliveries[0], .accepted(ok))
        let mailing = try home.store.reader().mailing(named: "autumn")!
        _ = try home.store.write(.control) { try $0.finishIfDone(mailing.id, at: .epoch) }
        let edited = try home.activate("autumn", source: "edited")
        #expect(edited.state == .finished)
        #expect(edited.activeVersion != mailing.activeVersion)
        #expect(throws: StoreError.self) {
            try home.store.write(.control) { try $0.release("autumn", at: .epoch) }
        }
    }

    @Test("What is put off is due later, keeps its state, and is hastened by its reason")
    func postpones() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(2)
        let deliveries = try home.run("autumn")
        let later = Instant(milliseconds: 60_000)
        try home.store.write(.control) { access in
            try access.postpone([(deliveries[0], later)], reason: "waits for example.org")
        }
        let reader = try home.store.reader()
        let mailing = try reader.mailing(named: "autumn")!
        #expect(
            try reader.dueDeliveries(mailing: mailing.id, at: .epoch, limit: 9).map(\.id)
                == [deliveries[1]])
        #expect(try home.counts(mailing.id) == [.queued: 2])
        #expect(try reader.delivery(deliveries[0])?.reason == "waits for example.org")
        try home.store.write(.control) { access in
            try access.hasten(.connect, reason: "waits for example.net", at: .epoch)
            try access.hasten(.connect, reason: "waits for example.org", at: .epoch)
        }
        #expect(try reader.dueDeliveries(mailing: mailing.id, at: .epoch, limit: 9).count == 2)
        // What is on its way is not put off.
        _ = try home.intend([deliveries[1]])
        try home.store.write(.control) { access in
            try access.postpone([(deliveries[1], later)], reason: "waits")
        }
        #expect(try reader.delivery(deliveries[1])?.due == .epoch)
    }

    @Test(
        "Deliveries that are too old expire, but not those on their way; a retry makes them young")
    func expiresWaiting() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(3)
        let deliveries = try home.run("autumn")
        _ = try home.intend([deliveries[0]])
        let reader = try home.store.reader()
        let mailing = try reader.mailing(named: "autumn")!
        let now = Instant(milliseconds: 1000)
        func expire(_ madeBefore: Instant) throws -> Int {
            try home.store.write(.control) { access in
                try access.expireWaiting(
                    mailing: mailing.id, madeBefore: madeBefore, except: [deliveries[1]],
                    reason: "too old", at: now)
            }
        }
        #expect(try expire(.epoch) == 0)
        #expect(try expire(now) == 1)
        #expect(try home.counts(mailing.id) == [.sending: 1, .queued: 1, .expired: 1])
        try home.store.write(.control) { _ = try $0.retryFailed("autumn", at: now) }
        #expect(try expire(now) == 0)
        #expect(try reader.delivery(deliveries[2])?.created == now)
        #expect(try reader.delivery(deliveries[1])?.created == .epoch)
    }

    @Test("Deliveries are listed by the domains of their recipients")
    func byDomain() throws {
        let home = try TemporaryStore()
        let people = try home.addPeople(3)
        try home.store.write(.control) { access in
            _ = try access.addProfile(email: EmailAddress("x@GoogleMail.com"), at: .epoch)
        }
        _ = try home.run("autumn")
        let reader = try home.store.reader()
        let mailing = try reader.mailing(named: "autumn")!
        func count(_ domains: [String]?, _ state: DeliveryState?) throws -> Int {
            try reader.deliveries(
                mailing: mailing.id, state: state, domains: domains, limit: 100
            ).count
        }
        #expect(try count(nil, nil) == 4)
        #expect(try count(["example.org"], .queued) == 3)
        #expect(try count(["gmail.com", "googlemail.com"], nil) == 1)
        #expect(try count([], nil) == 0)
        #expect(try count(["example.org"], .sent) == 0)
        #expect(try reader.domain(ofProfile: people[0]) == "example.org")
        #expect(try reader.domain(ofProfile: 99) == nil)
    }
}
