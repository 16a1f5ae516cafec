import Core
import Glibc
import Testing

@testable import Store

/// What bounces and complaints do to people, queues, mailings and senders.
@Suite struct WriteAccessBouncesTests {
    static let now = Instant(milliseconds: 1_795_212_131_000)

    private final class Home {
        let path: String
        let store: Store
        var people: [Int64] = []

        init(_ count: Int = 1) throws {
            var template = Array("/tmp/maild-bounces-XXXXXX".utf8CString)
            path = String(cString: try #require(mkdtemp(&template)))
            store = try Store(directory: path)
            people = try store.write(.control) { access in
                try (0..<count).map {
                    try access.addProfile(
                        email: EmailAddress("p\($0)@example.org"), at: now)
                }
            }
        }

        deinit {
            store.close()
            for name in ["maild.db", "maild.db-wal", "maild.db-shm", "lock"] {
                unlink(path + "/" + name)
            }
            rmdir(path)
        }

        /// A running mailing from a domain, waiting for everybody, or sent to them.
        func mailing(
            _ name: String, kind: MailingKind = .marketing, isSent: Bool
        ) throws -> [Int64] {
            let people = people
            let ids = try store.write(.control) { access in
                let mailing = try access.activate(
                    .init(
                        name: name, hash: name, kind: kind, topic: nil, isTriggered: true,
                        fromDomain: "news.example", source: []), at: now)
                let ids = try people.map { person in
                    try access.queue(
                        DeliveryKey(mailing: mailing.id, profile: person, occasion: .once),
                        version: mailing.activeVersion!, due: now, at: now)!
                }
                return ids
            }
            if isSent { for id in ids { try end(id, .accepted(Self.reply(250))) } }
            return ids
        }

        static func reply(_ code: Int) -> SMTPReply {
            SMTPReply(code: code, status: nil, text: "")
        }

        /// An attempt from its intent to its result; a refusal says that the address is dead.
        @discardableResult
        func end(_ delivery: Int64, _ outcome: Outcome) throws -> [BounceEffect.Alert] {
            try store.write(.results) { access in
                _ = try access.commit(
                    [Intent(delivery: delivery, place: 0, choices: nil, mergeRow: [])], at: now)
                var isDead = false
                if case .refused = outcome { isDead = true }
                return try access.commit(
                    [
                        AttemptResult(
                            delivery: delivery, outcome: outcome, retryAt: nil,
                            addressIsDead: isDead)
                    ], at: now)
            }
        }

        @discardableResult
        func bounce(
            _ delivery: Int64, _ weight: BounceHistory.Weight, after days: Int64 = 0
        ) throws -> BounceEffect {
            try store.write(.loop) { access in
                try access.bounced(
                    BounceReport(delivery: delivery, weight: weight, reason: "mailboxfull 552"),
                    at: now + .days(days))
            }
        }

        @discardableResult
        func complain(_ delivery: Int64) throws -> BounceEffect.Alert? {
            try store.write(.loop) { try $0.complained(delivery, at: now) }
        }

        func state(_ delivery: Int64) throws -> DeliveryState? {
            try store.reader().delivery(delivery)?.state
        }

        func status(_ index: Int = 0) throws -> ProfileStatus? {
            try store.reader().profile(people[index], fields: [])?.status
        }
    }

    @Test("a hard bounce stops what waits of other mailings, and their counts follow")
    func queued() throws {
        let home = try Home(2)
        let sent = try home.mailing("autumn", isSent: true)
        let waiting = try home.mailing("winter", isSent: false)
        let receipts = try home.mailing("receipt", kind: .transactional, isSent: false)
        #expect(try home.bounce(sent[0], .hard).standing == .dead(.hard))
        #expect(try home.state(sent[0]) == .bounced)
        #expect(try home.state(waiting[0]) == .suppressed)
        #expect(try home.state(receipts[0]) == .suppressed)
        #expect(try home.state(waiting[1]) == .queued)
        let reader = try home.store.reader()
        let winter = try #require(try reader.mailing(named: "winter"))
        #expect(try reader.deliveryCounts(mailing: winter.id) == [.queued: 1, .suppressed: 1])
    }

    @Test("a complaint stops marketing that waits, not a receipt, and counts once")
    func complaint() throws {
        let home = try Home()
        let sent = try home.mailing("autumn", isSent: true)
        let waiting = try home.mailing("winter", isSent: false)
        let receipts = try home.mailing("receipt", kind: .transactional, isSent: false)
        try home.complain(sent[0])
        try home.complain(sent[0])
        #expect(try home.status() == .complained)
        #expect(try home.state(waiting[0]) == .suppressed)
        #expect(try home.state(receipts[0]) == .queued)
        let reader = try home.store.reader()
        let autumn = try #require(try reader.mailing(named: "autumn"))
        #expect(try reader.health(mailing: autumn.id).complaints == 1)
    }

    @Test("soft bounces on three days over a week end mail; two do not, nor with an open between")
    func soft() throws {
        let home = try Home()
        let mailings = try ["a", "b", "c"].map { try home.mailing($0, isSent: true)[0] }
        try home.bounce(mailings[0], .soft)
        #expect(
            try home.bounce(mailings[1], .soft, after: 4).standing
                == .counting(days: 2, span: .days(4)))
        #expect(try home.status() == .active)
        #expect(try home.store.reader().profile(home.people[0], fields: [])?.softBounces == 2)
        let person = home.people[0]
        _ = try home.store.write(.loop) { access in
            try access.record(
                EventRecord(
                    profile: person, kind: .open, at: Self.now + .days(5), verdict: "machine"))
        }
        #expect(try home.bounce(mailings[2], .soft, after: 8).standing == .dead(.soft))
        #expect(try home.status() == .bounced)
    }

    @Test("an open clears soft bounces; so does a message of which nothing came back")
    func success() throws {
        let home = try Home()
        let mailings = try ["a", "b"].map { try home.mailing($0, isSent: true)[0] }
        try home.bounce(mailings[0], .soft, after: 1)
        let person = home.people[0]
        _ = try home.store.write(.loop) { access in
            try access.record(EventRecord(profile: person, kind: .open, at: Self.now + .days(2)))
        }
        #expect(
            try home.bounce(mailings[1], .soft, after: 3).standing
                == .counting(days: 1, span: .days(0)))

        let other = try Home()
        let first = try other.mailing("a", isSent: true)[0]
        _ = try other.mailing("b", isSent: true)
        // `b` was taken on day 0 and nothing came back for five days: it shows that mail arrives,
        // but no later than the bounce of the same day.
        try other.bounce(first, .soft, after: 1)
        let history = try other.store.reader().bounceHistory(
            profile: other.people[0], deliveredAfter: .days(5), at: Self.now + .days(6))
        #expect(history.lastSign == .init(at: Self.now, kind: "delivered"))
    }

    @Test("ten complaints of 500 pause the mailing and hold the next one of its From domain")
    func paused() throws {
        let home = try Home(500)
        let sent = try home.mailing("autumn", isSent: true)
        for delivery in sent.prefix(9) { #expect(try home.complain(delivery) == nil) }
        let alert = try #require(try home.complain(sent[9]))
        #expect(alert.isPause)
        #expect(alert.text.contains("10 complaints of 500 delivered, above 0.30 %"))
        let reader = try home.store.reader()
        let autumn = try #require(try reader.mailing(named: "autumn"))
        #expect(autumn.state == .paused)
        #expect(autumn.reason?.contains("10 complaints") == true)

        func activate(_ name: String, _ kind: MailingKind, _ domain: String) throws {
            try home.store.write(.control) { access in
                _ = try access.activate(
                    .init(
                        name: name, hash: name, kind: kind, topic: nil, isTriggered: false,
                        fromDomain: domain, source: []), at: Self.now)
            }
        }
        func release(_ name: String) throws {
            try home.store.write(.control) { try $0.release(name, at: Self.now) }
        }
        try activate("winter", .marketing, "news.example")
        try activate("spring", .marketing, "other.example")
        try activate("receipt", .transactional, "news.example")
        #expect(throws: StoreError.self) { try release("winter") }
        try release("spring")
        try release("receipt")
        #expect(try reader.senderHolds().map(\.domain) == ["news.example"])
        try home.store.write(.control) { try $0.releaseSender("NEWS.example") }
        try release("winter")
        #expect(throws: StoreError.self) {
            try home.store.write(.control) { try $0.releaseSender("news.example") }
        }
    }

    @Test("a mailing that was resumed is judged by what came since")
    func resumed() throws {
        let home = try Home(600)
        let sent = try home.mailing("autumn", isSent: true)
        for delivery in sent.prefix(10) { try home.complain(delivery) }
        let reader = try home.store.reader()
        #expect(try reader.mailing(named: "autumn")?.state == .paused)
        try home.store.write(.control) { try $0.resume("autumn") }
        for delivery in sent[10..<30] { #expect(try home.complain(delivery) == nil) }
        #expect(try reader.mailing(named: "autumn")?.state == .running)
    }

    @Test("hard bounces warn once at two per cent and pause above five")
    func hardRate() throws {
        let home = try Home(500)
        let sent = try home.mailing("autumn", isSent: true)
        var alerts: [(Int, BounceEffect.Alert)] = []
        for (index, delivery) in sent.prefix(26).enumerated() {
            if let alert = try home.bounce(delivery, .hard).alert { alerts.append((index, alert)) }
        }
        #expect(alerts.map(\.0) == [10, 25])
        #expect(alerts.map(\.1.isPause) == [false, true])
    }

    @Test("dead addresses that the relay names at once are told like those that are reported")
    func inSession() throws {
        let home = try Home(526)
        let ids = try home.mailing("autumn", isSent: false)
        for id in ids.prefix(500) { try home.end(id, .accepted(Home.reply(250))) }
        let alerts = try ids.dropFirst(500).flatMap {
            try home.end($0, .refused(.rcpt, Home.reply(550)))
        }
        #expect(alerts.map(\.isPause) == [false, true])
        #expect(try home.store.reader().mailing(named: "autumn")?.state == .paused)
    }
}
