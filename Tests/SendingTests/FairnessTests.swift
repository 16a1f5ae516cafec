import Bench
import Core
import Curl
import Pacing
import Sending
import Store
import Testing
import Threads

/// Who goes before whom, and over which relay.
@Suite struct FairnessTests {
    @Test("a triggered mail overtakes a bulk mailing within a second's worth of mail")
    func prompt() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(400))
        try shop.release("bulk")
        let station = try shop.station { $0.rate = Rate("100/s") }
        #expect(shop.waitForEnvelopes(50))
        let before = shop.sink.envelopes.count
        try shop.trigger("welcome", profile: 1)
        station.nudge()
        let arrived = shop.waitForEnvelopes(before + 120)
        station.stop()
        #expect(arrived)
        // The person's own bulk message was among the first; the other came before most of the rest.
        let mine = shop.sink.envelopes.enumerated().filter {
            $0.element.recipients == ["p1@example.org"]
        }
        #expect(mine.count == 2)
        #expect(mine.last.map { $0.offset - before <= 110 } ?? false)
    }

    @Test("a high priority goes before, a low one after, and equal mailings share")
    func priorities() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(100))
        try shop.release("a-low", terms: "priority=low")
        try shop.release("b-normal")
        try shop.release("c-normal")
        try shop.release("d-high", terms: "priority=high")
        let reader = try shop.store.reader()
        // All four are planned before the first message leaves.
        try shop.store.write(.control) { try $0.set("relay-orders", to: "sink") }
        let station = try shop.station()
        for name in ["a-low", "b-normal", "c-normal", "d-high"] {
            #expect(shop.waitForPlanning(name, 100))
        }
        #expect(try station.orderRelay("sink", rests: false))
        #expect(shop.waitForEnvelopes(400))
        station.stop()
        let versions = try ["a-low", "b-normal", "c-normal", "d-high"].map {
            try #require(try reader.mailing(named: $0)).id
        }
        var positions: [Int64: [Int]] = [:]
        for (index, envelope) in shop.sink.envelopes.enumerated() {
            let id = Int64(envelope.sender.dropFirst(2).prefix { $0 != "@" }) ?? 0
            if let delivery = try reader.delivery(id) {
                positions[delivery.mailing, default: []].append(index)
            }
        }
        let middle = versions.map { mailing in
            let all = positions[mailing] ?? []
            return Double(all.reduce(0, +)) / Double(max(1, all.count))
        }
        // Which is first: high, then both normal ones together, then low.
        #expect(middle[3] < middle[1] && middle[3] < middle[2])
        #expect(middle[1] < middle[0] && middle[2] < middle[0])
        // Neither of the equal ones waits until the other is through.
        let (b, c) = (positions[versions[1]] ?? [], positions[versions[2]] ?? [])
        #expect(try #require(b.min()) + 20 < (try #require(c.max())))
        #expect(try #require(c.min()) + 20 < (try #require(b.max())))
    }

    @Test("mail for a destination that rests is put off without being composed")
    func stalled() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles((1...300).map { "s\($0)@gmail.com" } + addresses(200))
        try shop.store.write(.control) { access in
            try access.set("destination-orders", to: #"{"gmail.com": "rest"}"#)
        }
        try shop.release("autumn")
        let station = try shop.station()
        #expect(shop.waitForEnvelopes(200))
        let limits = station.limits(of: 1)
        #expect(limits.map(\.name) == ["gmail.com"])
        station.stop()
        #expect(shop.composed.withLock { $0 } == 200)
        let waiting = try shop.store.reader().deliveries(
            mailing: 1, state: .queued, domains: ["gmail.com"], limit: 1000)
        #expect(waiting.count == 300)
        #expect(waiting.allSatisfy { $0.reason == "waits for gmail.com" && $0.attempts == 0 })
        // An order to resume makes them due at once.
        let again = try shop.station()
        try again.order(.resume, "gmail.com")
        #expect(shop.waitForEnvelopes(500))
        again.stop()
        #expect(shop.received.values.allSatisfy { $0 == 1 })
    }

    @Test("two relays share by weight; a From domain keeps to the relay that names it")
    func relays() throws {
        let shop = try Workshop()
        let other = try Sink(Sink.Options())
        defer {
            shop.close()
            other.stop()
        }
        try shop.addProfiles(addresses(600))
        try shop.release("autumn", terms: "sender=free.example")
        func station(_ sender: String?) throws -> SendingStation {
            try shop.station { options in
                // Less mail than either relay could take: nobody shares what all are too slow for.
                if sender == nil { options.rate = Rate("150/s") }
                var second = SendingOptions.RelayOptions(
                    name: "other", relay: Relay(host: "127.0.0.1", port: other.port, tls: .off),
                    sessions: 2)
                second.weight = 3
                second.senderDomains = sender.map { [$0] } ?? []
                options.relays.append(second)
            }
        }
        let first = try station(nil)
        #expect(shop.waitForLog("mailing autumn is finished"))
        first.stop()
        let (here, there) = (shop.sink.envelopes.count, other.envelopes.count)
        #expect(here + there == 600)
        // A quarter, give or take the lead that a relay may have.
        #expect((80...250).contains(here), "\(here) of 600 for a weight of 1 in 4")

        try shop.release("bound", terms: "sender=bound.example")
        let second = try station("bound.example")
        #expect(shop.waitForLog("mailing bound is finished"))
        second.stop()
        #expect(other.envelopes.count == there + 600)
        #expect(shop.sink.envelopes.count == here)
    }

    @Test("a relay that rests by order gets nothing, and that outlives a restart")
    func restingRelay() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(10))
        let first = try shop.station()
        #expect(try first.orderRelay("sink", rests: true))
        #expect(try first.orderRelay("nobody", rests: true) == false)
        first.stop()
        try shop.release("autumn")
        let second = try shop.station()
        #expect(second.status.relays.map(\.resting) == ["ordered"])
        #expect(shop.sink.envelopes.isEmpty)
        #expect(try second.orderRelay("sink", rests: false))
        #expect(shop.waitForEnvelopes(10))
        second.stop()
    }

    @Test("a warm-up's day is not begun anew by a restart")
    func warmUp() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(100))
        try shop.release("autumn")
        func station() throws -> SendingStation {
            try shop.station { $0.relays[0].warmUp = WarmUp("40/day doubling to 1000") }
        }
        let first = try station()
        #expect(shop.waitForEnvelopes(40))
        first.stop()
        #expect(shop.sink.envelopes.count == 40)
        let second = try station()
        let status = second.status.relays[0]
        #expect(status.warmUp == 0)
        #expect(status.resting == "the day's warm-up is used up")
        try shop.release("winter")
        #expect(shop.waitForPlanning("winter", 100))
        second.stop()
        #expect(shop.sink.envelopes.count == 40)
        #expect(try shop.counts("autumn") == [.sent: 40, .queued: 60])
    }

    @Test("what no relay took expires when its time is over; a retry gives it a new one")
    func expires() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(20))
        try shop.release("autumn", terms: "lifetime=1ms")
        try shop.store.write(.control) { try $0.set("relay-orders", to: "sink") }
        let station = try shop.station()
        #expect(shop.waitForLog("20 expired, no relay takes mail"))
        station.stop()
        #expect(try shop.counts("autumn") == [.expired: 20])
        let made = try shop.store.reader().delivery(1)?.created
        let later = Workshop.clock() + .hours(1)
        _ = try shop.store.write(.control) { try $0.retryFailed("autumn", at: later) }
        let again = try shop.store.reader().delivery(1)?.created
        #expect(try #require(again) > (try #require(made)))
    }

    @Test("a mailing pauses when two of its largest destinations rest, and says which")
    func pauses() throws {
        let shop = try Workshop(
            rules:
                "dot *@a.example reply 550 5.7.1 blocked\ndot *@b.example reply 550 5.7.1 blocked")
        defer { shop.close() }
        try shop.addProfiles(
            (1...200).flatMap { ["p\($0)@a.example", "p\($0)@b.example", "p\($0)@c.example"] })
        try shop.release("autumn")
        let station = try shop.station { $0.rate = Rate("400/s") }
        #expect(shop.waitForLog("mailing autumn is paused: "))
        station.stop()
        let mailing = try shop.store.reader().mailing(named: "autumn")
        #expect(mailing?.state == .paused)
        #expect(mailing?.reason?.contains("2 of its 3 largest destinations") == true)
    }

    @Test(
        "a login that is not to be had lets the relay rest, says so, and never shows the password")
    func login() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(3))
        try shop.release("autumn")
        let station = try shop.station { options in
            // This sink offers no AUTH.
            options.relays[0].relay.credentials = .init(user: "shop", password: "s3cret-word")
        }
        #expect(shop.waitForLog("maildctl relay resume sink"))
        let status = station.status
        station.stop()
        #expect(status.relays[0].resting?.contains("AUTH") == true)
        #expect(shop.log.filter { $0.contains("no session") }.count <= 2)
        #expect(!shop.log.contains { $0.contains("s3cret-word") })
        #expect(!"\(status)".contains("s3cret-word"))
        #expect(shop.sink.envelopes.isEmpty)
        #expect(try shop.counts("autumn") == [.queued: 3])
    }
}
