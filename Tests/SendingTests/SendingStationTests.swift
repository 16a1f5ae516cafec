import Bench
import Core
import Curl
import Journal
import Pacing
import Sending
import Store
import Testing

@Suite struct SendingStationTests {
    @Test("everybody gets one message, the ledger says so, and the mailing is finished")
    func sendsAll() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(700))
        try shop.release("autumn")
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 700])
        #expect(shop.received == Dictionary(uniqueKeysWithValues: addresses(700).map { ($0, 1) }))
        let reader = try shop.store.reader()
        let first = try #require(try reader.deliveries(mailing: 1, state: .sent, limit: 1).first)
        #expect(first.choices == "hero=a")
        #expect(first.reply == "250 2.0.0 taken")
        #expect(first.attempts == 1)
        #expect(first.place == nil)
        #expect(try reader.mergeRow(first.id) == [1, 2, 3])
        #expect(shop.sink.envelopes.allSatisfy { $0.violations.isEmpty })
        #expect(station.status.sent == 700)
        #expect(station.status.inFlight == 0)
    }

    @Test("a dead address takes its profile out; other refusals do not; deferred ones are retried")
    func refusals() throws {
        let shop = try Workshop(
            rules: """
                rcpt dead@* reply 550 5.1.1 no such user
                rcpt full@* reply 552 5.2.2 full
                dot spam@* reply 554 5.7.1 spam
                rcpt later@* first 2 reply 451 4.2.1 later
                """)
        defer { shop.close() }
        try shop.addProfiles(["dead", "full", "spam", "later", "fine"].map { "\($0)@example.org" })
        try shop.release("autumn")
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 2, .refused: 3])
        #expect(shop.received == ["later@example.org": 1, "fine@example.org": 1])
        let reader = try shop.store.reader()
        func status(_ name: String) throws -> ProfileStatus? {
            let id = try #require(
                try reader.profileID(email: EmailAddress("\(name)@example.org")))
            return try reader.profile(id, fields: [FieldColumn]())?.status
        }
        #expect(try status("dead") == .bounced)
        #expect(try status("full") == .active)
        #expect(try status("spam") == .active)
        let later = try #require(try reader.deliveries(profile: 4).first)
        #expect(later.attempts == 3)
    }

    @Test("who unsubscribed, bounced or is suppressed after planning gets nothing")
    func consentAtSendTime() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(4))
        try shop.release("autumn")
        try shop.store.write(.control) { access in
            _ = try access.plan(mailing: 1, audience: nil, span: 1000, at: Workshop.clock())
            try access.restrict(1, to: .unsubscribed, at: Workshop.clock())
            try access.restrict(2, to: .bounced, at: Workshop.clock())
            try access.suppress(email: "P3@example.org", reason: "asked", at: Workshop.clock())
        }
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(shop.received == ["p4@example.org": 1])
        #expect(try shop.counts("autumn") == [.sent: 1, .suppressed: 3])
        let reasons = try shop.store.reader().deliveries(
            mailing: 1, state: .suppressed, limit: 10
        ).map(\.reason)
        #expect(reasons == ["status unsubscribed", "status bounced", "suppressed address"])
    }

    @Test("who pauses or wants less after planning gets no marketing")
    func choicesAtSendTime() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(3))
        try shop.release("autumn")
        try shop.store.write(.control) { access in
            let now = Workshop.clock()
            _ = try access.plan(mailing: 1, audience: nil, span: 1000, at: now)
            var paused = Preference()
            paused.pausedUntil = now + .days(14)
            try access.set(paused, of: 1)
            var over = Preference()
            over.pausedUntil = now - .days(1)
            over.spacing = .days(7)
            try access.set(over, of: 2)
        }
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(shop.received == ["p2@example.org": 1, "p3@example.org": 1])
        let reasons = try shop.store.reader().deliveries(
            mailing: 1, state: .suppressed, limit: 10
        ).map(\.reason)
        #expect(reasons == ["paused by the person"])
    }

    @Test("a message taken without a reply is in doubt and waits; the others go on")
    func inDoubtHold() throws {
        let shop = try Workshop(rules: "dot p7@* keep-and-drop")
        defer { shop.close() }
        try shop.addProfiles(addresses(40))
        try shop.release("autumn")
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 39, .inDoubt: 1])
        #expect(shop.received.values.allSatisfy { $0 == 1 })
        #expect(shop.received.count == 40)
    }

    @Test("with in-doubt: resend it is sent again")
    func inDoubtResend() throws {
        let shop = try Workshop(rules: "dot p7@* once keep-and-drop")
        defer { shop.close() }
        try shop.addProfiles(addresses(20))
        try shop.release("autumn", terms: "resend")
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 20])
        #expect(shop.received["p7@example.org"] == 2)
        #expect(shop.received.values.reduce(0, +) == 21)
    }

    @Test("a relay that refuses, drops and says 421 costs nobody a message or a repetition")
    func illRelay() throws {
        let shop = try Workshop(
            rules: """
                connect * first 3 reply 421 4.3.2 busy
                ehlo * first 1 drop
                rcpt p5@* first 2 drop
                data p9@* once reply 421 4.3.2 busy
                mail b-2@* once drop
                """)
        defer { shop.close() }
        try shop.addProfiles(addresses(60))
        try shop.release("autumn")
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 60])
        #expect(shop.received == Dictionary(uniqueKeysWithValues: addresses(60).map { ($0, 1) }))
    }

    @Test("stopped in the middle and started again, nobody is left out or mailed twice")
    func stopAndStart() throws {
        let shop = try Workshop { $0.latency = 5 }
        defer { shop.close() }
        try shop.addProfiles(addresses(300))
        try shop.release("autumn")
        for step in 1...3 {
            let station = try shop.station()
            #expect(shop.sink.waitForMessages(step * 60, milliseconds: 30_000))
            station.stop()
            let counts = try shop.counts("autumn")
            #expect(counts[.sending] == nil)
            #expect(counts[.inDoubt] == nil)
            #expect(counts[.sent] == shop.received.count)
        }
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(shop.received == Dictionary(uniqueKeysWithValues: addresses(300).map { ($0, 1) }))
    }

    @Test("what cannot finish in time at a stop is in doubt, the rest queued again")
    func stopWait() throws {
        let shop = try Workshop(rules: "dot p1@* delay 600000")
        defer { shop.close() }
        try shop.addProfiles(addresses(3))
        try shop.release("autumn")
        let station = try shop.station {
            $0.stopWait = .milliseconds(50)
            $0.relays[0].sessions = 1
        }
        // The delayed answer holds everything behind it on its connection.
        #expect(shop.sink.waitForMessages(1, milliseconds: 30_000))
        station.stop()
        #expect(try shop.counts("autumn") == [.inDoubt: 1, .queued: 2])
    }

    @Test("paused between messages, a mailing goes on where it was; cancelled, it ends")
    func pauseResumeCancel() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(400))
        try shop.release("autumn")
        let station = try shop.station { $0.rate = Rate("200/s") }
        #expect(shop.sink.waitForMessages(20, milliseconds: 30_000))
        try shop.store.write(.control) { try $0.pause("autumn", reason: "lunch") }
        station.nudge()
        try shop.store.write(.control) { try $0.resume("autumn") }
        station.nudge()
        #expect(shop.sink.waitForMessages(60, milliseconds: 30_000))
        _ = try shop.store.write(.control) { try $0.cancel("autumn", at: Workshop.clock()) }
        station.nudge()
        station.stop()
        let counts = try shop.counts("autumn")
        #expect(Set(counts.keys) == [.sent, .cancelled])
        #expect(counts[.sent] == shop.received.count)
        #expect(counts.values.reduce(0, +) == 400)
        #expect(shop.received.values.allSatisfy { $0 == 1 })
    }

    @Test("a mailing that skips too many pauses and says why")
    func skipLimit() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles((1...4).map { "skip\($0)@example.org" } + addresses(3))
        try shop.release("autumn", terms: "strict")
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is paused"))
        station.stop()
        let reader = try shop.store.reader()
        #expect(try reader.mailing(named: "autumn")?.state == .paused)
        #expect(try #require(reader.mailing(named: "autumn")?.reason).contains("max-skip is 2"))
        #expect(try shop.counts("autumn")[.skipped] == 4)
    }

    @Test("skipped and held people are settled with the reason, the others get theirs")
    func skippedAndHeld() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(["skip@example.org", "hold@example.org"] + addresses(10))
        try shop.release("autumn")
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 10, .skipped: 1, .held: 1])
    }

    @Test("a mailing whose version cannot be read pauses; another runs on")
    func brokenVersion() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(10))
        try shop.release("broken", terms: "broken")
        try shop.release("autumn")
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        #expect(shop.waitForLog("mailing broken is paused"))
        station.stop()
        #expect(try shop.store.reader().mailing(named: "broken")?.state == .paused)
        #expect(try shop.counts("autumn") == [.sent: 10])
    }

    @Test("after a crash the flight log decides: not dotted, replied, in doubt")
    func recovery() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(6))
        try shop.release("autumn")
        try leaveInFlight(shop, 5)
        do {
            let flight = try FlightLog(
                path: shop.flightLogPath, places: 8, boot: FlightLog.currentBoot)
            // Delivery 1 never took its place; 2 was not dotted; 3 was; 4 and 5 were answered.
            for id in 2...5 { flight.begin(place: id, delivery: Int64(id), attempt: 1) }
            for id in 3...5 { flight.dotted(place: id) }
            flight.replied(place: 4, SMTPReply(code: 250, status: nil, text: "taken"))
            flight.replied(place: 5, SMTPReply(code: 550, status: nil, text: "no"))
        }
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(shop.waitForLog("recovered 5 open: 1 in doubt, 2 queued again, 2 replied"))
        #expect(try shop.counts("autumn") == [.sent: 4, .inDoubt: 1, .refused: 1])
        #expect(
            shop.received == ["p1@example.org": 1, "p2@example.org": 1, "p6@example.org": 1])
    }

    @Test("without a flight log everything open is in doubt")
    func recoveryWithoutLog() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(3))
        try shop.release("autumn")
        try leaveInFlight(shop, 2)
        let station = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 1, .inDoubt: 2])
    }

    /// Plans, and makes the first intents durable as a daemon would before it is killed.
    private func leaveInFlight(_ shop: Workshop, _ count: Int64) throws {
        try shop.store.write(.control) { access in
            _ = try access.plan(mailing: 1, audience: nil, span: 1000, at: Workshop.clock())
            let intents = (1...count).map {
                Intent(delivery: $0, place: Int($0), choices: nil, mergeRow: [])
            }
            let answers = try access.commit(intents, at: Workshop.clock())
            #expect(answers.allSatisfy { $0 == .go })
        }
    }
}
