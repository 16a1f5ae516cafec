import Bench
import Core
import Rules
import Sending
import Store
import Testing
import Threads

/// Caps, hours, deadlines and first parts, driven by the station over a real sink.
@Suite struct SendHoursTests {
    private static func rules(cap: Int) -> LoopRules {
        var rules = LoopRules()
        rules.cap.marketing = .init(count: cap, span: .days(7))
        return rules
    }

    @Test(
        "With a cap of one, the mailing of higher priority goes to each, the other later or never")
    func cap() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let clocks = Clocks()
        try shop.addProfiles(addresses(50))
        // Both are planned before the first message leaves.
        try shop.store.write(.control) { try $0.set("relay-orders", to: "sink") }
        try shop.release("a-low", terms: "priority=low lifetime=20d")
        try shop.release("b-high", terms: "priority=high")
        let station = try shop.station(clocks, rules: Self.rules(cap: 1))
        #expect(shop.waitForPlanning("a-low", 50) && shop.waitForPlanning("b-high", 50))
        #expect(try station.orderRelay("sink", rests: false))
        #expect(shop.waitForLog("mailing b-high is finished"))
        #expect(try shop.counts("b-high") == [.sent: 50])
        // The other waited for its turn, then for the end of the span.
        clocks.pass(WaitTimes.rival)
        #expect(try shop.waitUntil { try shop.reasons("a-low") == [Self.reached: 50] })
        #expect(shop.sink.envelopes.count == 50)
        clocks.pass(.days(7))
        #expect(shop.waitForLog("mailing a-low is finished"))
        station.stop()
        #expect(try shop.counts("a-low") == [.sent: 50])
        #expect(shop.received.values.allSatisfy { $0 == 2 })
    }

    private static let reached = "the cap of 1 of marketing per 7d is reached"

    private enum WaitTimes {
        static let rival = TimeSpan.minutes(11)
    }

    @Test("Outside of the hours nothing is composed; when they open, all goes, also over a restart")
    func hours() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let clocks = Clocks()
        // 2027-01-15T08:00:00Z and what the machine's own clock adds.
        let now = clocks.clock()
        let opening = Instant(
            milliseconds: (now.milliseconds / 3_600_000 + 2) * 3_600_000)
        let hour = CivilTime(opening).hour
        let window = try SendWindow(
            "\(hour < 10 ? "0" : "")\(hour):00-\(hour < 10 ? "0" : "")\(hour):59")
        try shop.addProfiles(addresses(50))
        try shop.release("autumn")
        let station = try shop.station(clocks) { $0.hours = window }
        #expect(try shop.waitUntil { try shop.reasons("autumn") == ["outside of its hours": 50] })
        #expect(shop.composed.withLock { $0 } == 0)
        station.stop()
        let again = try shop.station(clocks) { $0.hours = window }
        clocks.pass(opening - clocks.clock())
        #expect(shop.waitForLog("mailing autumn is finished"))
        again.stop()
        #expect(shop.received.count == 50 && shop.received.values.allSatisfy { $0 == 1 })
    }

    @Test("At the deadline what has not left expires with the reason, and the mailing ends")
    func deadline() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let clocks = Clocks()
        let end = clocks.clock() + .hours(1)
        try shop.addProfiles(addresses(300))
        try shop.release("autumn", terms: "rate=60/min deadline=\(end.rfc3339)")
        let station = try shop.station(clocks)
        #expect(shop.waitForEnvelopes(2))
        clocks.pass(.hours(1))
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        let counts = try shop.counts("autumn")
        let sent = counts[.sent, default: 0]
        #expect(sent == shop.sink.envelopes.count && sent < 200)
        #expect(counts == [.sent: sent, .expired: 300 - sent])
        let expired = try shop.store.reader().deliveries(mailing: 1, state: .expired, limit: 1000)
        #expect(expired.allSatisfy { $0.reason == "the deadline \(end.rfc3339) is past" })
    }

    @Test("The first part goes alone; the rest follows after the wait, or when an operator says so")
    func stagger() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let clocks = Clocks()
        try shop.addProfiles(addresses(400))
        try shop.release("autumn", terms: "first=10%/30m")
        try shop.release("winter", terms: "first=10%")
        let station = try shop.station(clocks)
        #expect(shop.waitForLog("the first 10 % are through", times: 2))
        let first = shop.sink.envelopes.count
        #expect(first > 40 && first < 130)
        #expect(try shop.record("winter").stage == .firstPart)
        #expect(try shop.record("autumn").reason?.contains("the rest follows at") == true)
        clocks.pass(.minutes(31))
        #expect(shop.waitForLog("mailing autumn is finished"))
        #expect(try shop.counts("autumn") == [.sent: 400])
        #expect(try shop.record("winter").state == .running)
        try shop.store.write(.control) { try $0.release("winter", at: clocks.clock()) }
        station.nudge()
        #expect(shop.waitForLog("mailing winter is finished"))
        station.stop()
        #expect(shop.received.count == 400 && shop.received.values.allSatisfy { $0 == 2 })
    }

    @Test("After complaints about the first part the rest waits for an operator")
    func unhealthy() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let clocks = Clocks()
        try shop.addProfiles(addresses(400))
        try shop.release("autumn", terms: "first=50%/30m")
        let station = try shop.station(clocks)
        #expect(shop.waitForLog("the first 50 % are through"))
        let sent = try shop.store.reader().deliveries(mailing: 1, state: .sent, limit: 10)
        try shop.store.write(.control) { access in
            for delivery in sent {
                _ = try access.complained(delivery.id, data: [], at: clocks.clock())
            }
        }
        clocks.pass(.minutes(31))
        #expect(shop.waitForLog("10 complaints of"))
        station.stop()
        let record = try shop.record("autumn")
        #expect(record.stage == .firstPart && record.state == .running)
        #expect(
            record.reason?.hasSuffix("of the first 50 %: the rest waits for its release") == true)
    }
}

extension Workshop {
    fileprivate func record(_ name: String) throws -> MailingRecord {
        try #require(try store.reader().mailing(named: name))
    }

    /// Why deliveries of a mailing wait, and how many each.
    fileprivate func reasons(_ name: String) throws -> [String: Int] {
        try store.reader().deliveries(
            mailing: record(name).id, state: .queued, limit: 1000
        ).reduce(into: [:]) { $0[$1.reason ?? "", default: 0] += 1 }
    }
}
