import Bounce
import Core
import Glibc
import Seal
import Store
import Synchronization
import Testing

@testable import Inbox

/// What messages do, from bytes to profile.
@Suite struct PolicyFlowTests {
    private func apply(
        _ message: String, _ home: InboxHome, to recipients: [String] = [], days: Int64 = 0,
        replyTo: EmailAddress? = nil
    ) throws -> Intake.Effect {
        try Intake(store: home.store, ring: home.ring, replyAddress: { _, _ in replyTo }).apply(
            Arrival(Array(message.utf8), recipients: recipients), at: InboxHome.now + .days(days))
    }

    @Test("mail to the unsubscribe address takes consent back at once, once")
    func unsubscribe() throws {
        let home = try InboxHome()
        let token = try home.token(0, .unsubscribe)
        let address = UnsubscribeAddress.address(token, domain: "bounce.example")
        let message = "From: person0@example.org\nTo: \(address)\nSubject: unsubscribe\n\n\n"
        #expect(try apply(message, home).result == .unsubscribed(delivery: home.deliveries[0]))
        #expect(try home.status(0) == .unsubscribed)
        #expect(try home.events("unsubscribe").count == 1)
        #expect(try apply(message, home).result == .repeated)
        // By the envelope alone, in any case.
        let other = UnsubscribeAddress.address(try home.token(1, .unsubscribe), domain: "b.example")
        let plain = "From: person1@example.org\nTo: undisclosed\n\n\n"
        _ = try apply(plain, home, to: [other.uppercased()])
        #expect(try home.status(1) == .unsubscribed)
    }

    @Test("a forged unsubscribe address, or a token of another purpose, does nothing")
    func forgedUnsubscribe() throws {
        let home = try InboxHome()
        for token in [try home.token(0, .click), try home.token(0, .returnPath)] {
            let address = UnsubscribeAddress.address(token, domain: "bounce.example")
            _ = try apply("From: a@b.example\nTo: \(address)\n\nout\n", home)
        }
        #expect(try home.status(0) == .active)
    }

    @Test("a bounce of mail to the unsubscribe address is no unsubscription")
    func bouncedUnsubscribe() throws {
        let home = try InboxHome()
        let address = UnsubscribeAddress.address(
            try home.token(0, .unsubscribe), domain: "bounce.example")
        _ = try apply(home.report(0, to: address), home)
        #expect(try home.status(0) != .unsubscribed)
    }

    @Test("a dead address by a temporary code is parked until other mail confirms it")
    func parked() throws {
        let home = try InboxHome()
        var report = try home.report(0, status: "4.1.1", words: "450 4.1.1 User unknown")
        report = report.replacing("Action: delayed", with: "Action: failed")
        _ = try apply(report, home)
        #expect(try home.status(0) == .active)
        #expect(try home.counter("inbox.bounced-parked") == 1)
    }

    @Test("the same report by two ways counts once")
    func twoWays() throws {
        let home = try InboxHome()
        let report =
            "Message-ID: <report-1@mx.example>\n"
            + (try home.report(0, status: "5.2.2", words: "552 full"))
        _ = try apply("Received: by a\n" + report, home)
        #expect(try apply("Received: by b\nReceived: by a\n" + report, home).result == .repeated)
        #expect(try home.bounceEvents().count == 1)
    }

    @Test("a report without token is a guess at most: counted, and nothing changes")
    func byAddress() throws {
        let home = try InboxHome()
        let forged = try home.report(0, to: "postmaster@bounce.example")
        #expect(try apply(forged, home).result == .forged(perhaps: home.deliveries[0]))
        #expect(try apply(forged, home, days: 40).result == .repeated)
        #expect(try home.status(0) == .active)
        #expect(try home.counter("inbox.by-address") == 1)
        #expect(try home.bounceEvents().isEmpty)
    }

    @Test("a report tells the destination's pacing; a forged one does not")
    func pacing() throws {
        let home = try InboxHome()
        let effect = try apply(home.report(0, status: "4.7.0", words: "421 4.7.0 slow down"), home)
        #expect(
            effect.news
                == DestinationNews(domain: "example.org", verdict: .delayed("report: 421 4.7.0")))
        let policy = try home.report(1, status: "5.7.1", words: "550 5.7.1 blocked")
        #expect(
            try apply(policy, home).news?.verdict == .refusedByPolicy("report: 550 5.7.1"))
        let forged = policy.replacing("b-", with: "x-")
        #expect(try apply(forged, home).news == nil)
    }

    private func answer(_ home: InboxHome, _ more: String = "") throws -> String {
        let address = ReturnPath.address(try home.token(0), domain: "bounce.example")
        return "From: Person <person0@example.org>\nTo: \(address)\nSubject: Re: hello\n"
            + "\(more)\nThanks!\n"
    }

    @Test("a person's answer is recorded and handed on with a mark")
    func reply() throws {
        let home = try InboxHome()
        let desk = try EmailAddress("desk@shop.example")
        let effect = try apply(answer(home), home, replyTo: desk)
        #expect(effect.result == .reply(delivery: home.deliveries[0], notForwarded: nil))
        let waiting = try home.store.reader().dueForwards(at: InboxHome.now, limit: 10)
        #expect(waiting.map(\.recipient) == ["desk@shop.example"])
        let text = String(decoding: waiting[0].message, as: UTF8.self)
        #expect(text.hasPrefix("X-Maild-Forwarded: \(home.deliveries[0])\r\nFrom: Person"))
        #expect(text.hasSuffix("\r\n\r\nThanks!\r\n"))
        #expect(try home.events("reply").count == 1)
    }

    @Test(
        "what a program sent, or what goes in circles, is not handed on",
        arguments: [
            "Auto-Submitted: auto-generated\n", "Precedence: bulk\n", "List-Id: <a.b>\n",
            "X-Maild-Forwarded: 1\n", String(repeating: "Received: by a\n", count: 31),
        ])
    func loops(_ field: String) throws {
        let home = try InboxHome()
        _ = try apply(answer(home, field), home, replyTo: EmailAddress("desk@shop.example"))
        #expect(try home.store.reader().dueForwards(at: InboxHome.now, limit: 10).isEmpty)
    }

    @Test("one person's answers are handed on twenty times a day")
    func flood() throws {
        let home = try InboxHome()
        let desk = try EmailAddress("desk@shop.example")
        for index in 0..<30 {
            _ = try apply(answer(home, "X-Number: \(index)\n"), home, replyTo: desk)
        }
        let waiting = try home.store.reader().dueForwards(at: InboxHome.now, limit: 100)
        #expect(waiting.count == Commitment.forwardsADay)
    }

    @Test("answers are sent on by the station, and tried again while the relay refuses")
    func forwarding() throws {
        let home = try InboxHome()
        let tries = Mutex<[String]>([])
        var surroundings = InboxSurroundings(clock: { InboxHome.now }, log: .none)
        surroundings.replyAddress = { _, _ in try EmailAddress("desk@shop.example") }
        surroundings.forward = { _, recipient, _ in
            tries.withLock { $0.append(recipient.text) }
            return .sent
        }
        let inbox = try home.inbox(surroundings: surroundings)
        try inbox.start()
        try inbox.ingest(Arrival(Array(answer(home).utf8)), name: "test")
        let reader = try home.store.reader()
        let deadline = 2_000
        var rounds = 0
        while try !reader.dueForwards(at: InboxHome.now, limit: 1).isEmpty, rounds < deadline {
            rounds += 1
            usleep(5_000)
        }
        inbox.stop()
        #expect(tries.withLock { $0 } == ["desk@shop.example"])
        #expect(try reader.dueForwards(at: InboxHome.now + .days(9), limit: 1).isEmpty)
    }

    @Test("the bounce or complaint of a proof settles the proof and touches nobody's profile")
    func proof() throws {
        let home = try InboxHome()
        let shown = home.profiles[0]
        let proof = try home.store.write(.control) { access in
            let version = try #require(try access.mailing(named: "autumn")?.activeVersion)
            let id = try access.queueTest(
                ProofRecord(
                    profile: shown, recipient: EmailAddress("person0@example.org"),
                    prefix: "[test]", choices: nil, mergeRow: []),
                version: version, at: InboxHome.now)
            _ = try access.commit(
                [Intent(delivery: id, place: 0, choices: nil, mergeRow: [])], at: InboxHome.now)
            let reply = SMTPReply(code: 250, status: nil, text: "ok")
            try access.commit(
                [
                    AttemptResult(
                        delivery: id, outcome: .accepted(reply), retryAt: nil,
                        addressIsDead: false)
                ], at: InboxHome.now)
            return id
        }
        let address = ReturnPath.address(
            try home.sealer.token(.returnPath, delivery: proof), domain: "bounce.example")
        let result = try apply(home.report(0, to: address), home).result
        #expect(result == .bounced(delivery: proof, .userUnknown, .hard))
        #expect(try home.store.reader().delivery(proof)?.state == .bounced)
        #expect(try home.status(0) == .active)
        #expect(try home.bounceEvents().isEmpty)
        #expect(try home.state(0) == .sent)
    }
}
