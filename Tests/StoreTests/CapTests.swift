import Core
import Rules
import Store
import Testing

/// What `[cap]` lets a person get, by the ledger and the events of a real store.
@Suite struct CapTests {
    /// One person, and marketing mailings of two topics that run and wait for triggers.
    final class Home {
        let home: TemporaryStore
        let person: Int64
        var mailings: [MailingRecord] = []
        private var occasions = 0

        init(names: [String] = ["a-news", "b-news", "c-offers", "d-none"]) throws {
            home = try TemporaryStore()
            person = try home.addPeople(1)[0]
            try home.store.write(.control) { access in
                try access.declare(
                    topics: ["news", "offers"].map {
                        TopicRecord(name: $0, label: $0, byDefault: true)
                    })
            }
            for name in names {
                let topic = ["news", "offers"].first { name.hasSuffix($0) }
                mailings.append(try home.activate(name, triggered: true, topic: topic))
            }
        }

        func queue(_ mailing: Int, at now: Instant) throws -> Int64 {
            occasions += 1
            let key = DeliveryKey(
                mailing: mailings[mailing].id, profile: person,
                occasion: Occasion(text: "test/\(occasions)"))
            let version = mailings[mailing].activeVersion!
            return try home.store.write(.control) { access in
                try access.queue(key, version: version, due: now, at: now)!
            }
        }

        /// Asks for a message to leave, and when it may, lets it arrive.
        func send(_ delivery: Int64, _ terms: SendTerms?, at now: Instant) throws -> IntentAnswer {
            let answer = try intend(delivery, terms, at: now)
            if answer == .go { try settle(delivery, .accepted(ok), at: now) }
            return answer
        }

        func intend(
            _ delivery: Int64, _ terms: SendTerms?, at now: Instant
        ) throws -> IntentAnswer {
            let intent = Intent(
                delivery: delivery, place: 0, choices: nil, mergeRow: [], terms: terms)
            return try home.store.write(.results) { try $0.commit([intent], at: now) }[0]
        }

        func settle(
            _ delivery: Int64, _ outcome: Outcome, retryAt: Instant? = nil, at now: Instant
        ) throws {
            let result = AttemptResult(
                delivery: delivery, outcome: outcome, retryAt: retryAt, addressIsDead: false)
            _ = try home.store.write(.results) { try $0.commit([result], at: now) }
        }

        func found(_ delivery: Int64) throws -> DeliveryRecord {
            try #require(try home.store.reader().delivery(delivery))
        }
    }

    static let start = Instant("2026-12-01T09:00:00Z")!

    static func terms(
        _ marketing: CapRule.Limit? = nil, news: CapRule.Limit? = nil,
        lifetime: TimeSpan = .days(30)
    ) -> SendTerms {
        var terms = SendTerms(lifetime: lifetime)
        terms.caps.marketing = marketing
        terms.caps.topics["news"] = news
        return terms
    }

    @Test("The cap puts off until the window lets one go, and the reason stands in the ledger")
    func putsOff() throws {
        let home = try Home()
        let terms = Self.terms(.init(count: 2, span: .days(7)))
        for (mailing, day) in [(0, 0), (2, 1)] as [(Int, Int64)] {
            let now = Self.start + .days(day)
            #expect(try home.send(home.queue(mailing, at: now), terms, at: now) == .go)
        }
        let now = Self.start + .days(2)
        let third = try home.queue(3, at: now)
        let reason = "the cap of 2 of marketing per 7d is reached"
        #expect(try home.send(third, terms, at: now) == .stop(reason: reason))
        let found = try home.found(third)
        #expect(found.state == .queued && found.reason == reason)
        #expect(found.due == Self.start + .days(7))
        // To the millisecond: a message that left exactly seven days ago counts no more.
        #expect(
            try home.send(third, terms, at: found.due - .milliseconds(1)) == .stop(reason: reason))
        #expect(try home.send(third, terms, at: found.due) == .go)
        #expect(try home.found(third).reason == nil)
    }

    @Test("What would be put off beyond its lifetime expires with the reason")
    func expires() throws {
        let home = try Home()
        let terms = Self.terms(.init(count: 1, span: .days(7)), lifetime: .days(3))
        #expect(try home.send(home.queue(0, at: Self.start), terms, at: Self.start) == .go)
        let second = try home.queue(1, at: Self.start)
        _ = try home.send(second, terms, at: Self.start)
        let found = try home.found(second)
        #expect(found.state == .expired)
        #expect(
            found.reason
                == "the cap of 1 of marketing per 7d is reached until 2026-12-08T09:00:00Z, "
                + "and its time is over at 2026-12-04T09:00:00Z")
    }

    @Test("The lifetime counts from when it was first to leave, however often it was put off")
    func lifetime() throws {
        let home = try Home()
        let terms = Self.terms(.init(count: 1, span: .days(2)), lifetime: .days(3))
        #expect(try home.send(home.queue(0, at: Self.start), terms, at: Self.start) == .go)
        let late = try home.queue(1, at: Self.start)
        _ = try home.send(late, terms, at: Self.start)
        #expect(try home.found(late).state == .queued)
        // Another was faster: two days more would be four.
        let then = Self.start + .days(2)
        #expect(try home.send(home.queue(0, at: then), terms, at: then) == .go)
        _ = try home.send(late, terms, at: then)
        #expect(try home.found(late).state == .expired)
    }

    @Test("A topic's cap counts that topic alone; transactional mail is neither held nor counted")
    func topics() throws {
        let home = try Home()
        let receipt = try home.home.store.write(.control) { access in
            try access.activate(
                .init(
                    name: "receipt", hash: "x", kind: .transactional, topic: nil,
                    isTriggered: true, source: []), at: Self.start)
        }
        home.mailings.append(receipt)
        let terms = Self.terms(news: .init(count: 1, span: .days(1)))
        func send(_ mailing: Int) throws -> IntentAnswer {
            try home.send(home.queue(mailing, at: Self.start), terms, at: Self.start)
        }
        #expect(try send(4) == .go)
        #expect(try send(0) == .go)
        #expect(try send(2) == .go)
        #expect(try send(3) == .go)
        #expect(try send(4) == .go)
        #expect(
            try send(1) == .stop(reason: "the cap of 1 of topic news per 1d is reached"))
        let all = Self.terms(.init(count: 1, span: .days(1)))
        #expect(try home.send(home.queue(4, at: Self.start), all, at: Self.start) == .go)
    }

    @Test("Consent is asked before the cap")
    func order() throws {
        let home = try Home()
        let terms = Self.terms(.init(count: 1, span: .days(1)))
        #expect(try home.send(home.queue(0, at: Self.start), terms, at: Self.start) == .go)
        let second = try home.queue(1, at: Self.start)
        try home.home.store.write(.control) { [person = home.person] in
            try $0.set(topic: "news", subscribed: false, of: person, at: Self.start)
        }
        #expect(
            try home.send(second, terms, at: Self.start)
                == .stop(reason: "not subscribed to news"))
        #expect(try home.found(second).state == .suppressed)
    }

    @Test("What is on its way counts for now, what is in doubt counts as sent, a refusal does not")
    func open() throws {
        let home = try Home()
        let terms = Self.terms(.init(count: 1, span: .days(7)))
        let first = try home.queue(0, at: Self.start)
        #expect(try home.intend(first, terms, at: Self.start) == .go)
        let second = try home.queue(1, at: Self.start)
        _ = try home.intend(second, terms, at: Self.start)
        #expect(try home.found(second).due == Self.start + CapRule.outcomeWait)
        let busy = SMTPReply(code: 451, status: nil, text: "later")
        try home.settle(
            first, .deferred(.rcpt, busy), retryAt: Self.start + .hours(1), at: Self.start)
        let then = Self.start + .minutes(1)
        #expect(try home.intend(second, terms, at: then) == .go)
        try home.settle(second, .inDoubt(reason: "lost"), at: then)
        _ = try home.intend(first, terms, at: Self.start + .hours(1))
        #expect(try home.found(first).due == then + .days(7))
        #expect(try home.found(first).state == .deferred)
    }

    @Test("What is due of higher priority takes its share first")
    func rivals() throws {
        let home = try Home()
        var terms = Self.terms(.init(count: 2, span: .days(7)))
        terms.rivals = [0, 1].map {
            SendTerms.Rival(mailing: home.mailings[$0].id, name: home.mailings[$0].name)
        }
        let low = try home.queue(3, at: Self.start)
        let first = try home.queue(0, at: Self.start)
        // One more may leave besides the one of higher priority.
        #expect(try home.intend(low, terms, at: Self.start) == .go)
        try home.settle(
            low, .unsent(.connect, reason: "test"), retryAt: Self.start, at: Self.start)
        let later = try home.queue(1, at: Self.start + .hours(1))
        #expect(try home.intend(low, terms, at: Self.start) == .go)
        try home.settle(
            low, .unsent(.connect, reason: "test"), retryAt: Self.start, at: Self.start)
        let then = Self.start + .hours(1)
        #expect(
            try home.intend(low, terms, at: then)
                == .stop(reason: "the cap of 2 of marketing per 7d: a-news goes first"))
        #expect(try home.found(low).due == then + CapRule.rivalWait)
        let high = Self.terms(.init(count: 2, span: .days(7)))
        #expect(try home.send(first, high, at: then) == .go)
        #expect(try home.send(later, high, at: then) == .go)
    }

    @Test("Over random mailings and times the store agrees with a plain count", arguments: 1...8)
    func model(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let home = try Home()
        let marketing = CapRule.Limit(count: Int(random.next() % 3) + 1, span: .hours(36))
        let news = CapRule.Limit(count: 1, span: .hours(Int64(random.next() % 48) + 1))
        let terms = Self.terms(marketing, news: news, lifetime: .days(400))
        var now = Self.start
        var sent: [(at: Instant, isNews: Bool)] = []
        var waiting: [Int64: Int] = [:]
        for _ in 0..<120 {
            now = now + .minutes(Int64(random.next() % 600))
            let mailing = Int(random.next() % 4)
            waiting[try home.queue(mailing, at: now)] = mailing
            for (delivery, mailing) in waiting.sorted(by: { $0.key < $1.key })
            where try home.found(delivery).due <= now {
                let isNews = mailing < 2
                let mine = sent.filter { now - $0.at < marketing.span }.count < marketing.count
                let topic =
                    !isNews
                    || sent.filter { $0.isNews && now - $0.at < news.span }.count < news.count
                let answer = try home.send(delivery, terms, at: now)
                #expect((answer == .go) == (mine && topic), "seed \(seed), \(now)")
                if answer == .go {
                    sent.append((now, isNews))
                    waiting[delivery] = nil
                } else {
                    // Never sooner than it may, and at that time it may, when nothing else left.
                    let due = try home.found(delivery).due
                    let all = sent.filter { due - $0.at < marketing.span }.count
                    let same = sent.filter { $0.isNews && due - $0.at < news.span }.count
                    #expect(due > now && all < marketing.count, "seed \(seed), \(now)")
                    #expect(!isNews || same < news.count, "seed \(seed), \(now)")
                }
            }
        }
        #expect(sent.count > 10)
    }
}
