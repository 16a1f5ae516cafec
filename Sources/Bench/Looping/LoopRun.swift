internal import Core
internal import Diagnostics
internal import JSON
internal import Journal
internal import Loop
internal import Rules
internal import Store
internal import Threads

/// A store with people who got a mailing, a journal full of their clicks, and the real station.
final class LoopRun {
    private let directory = TemporaryDirectory("maild-loop")
    private let store: Store
    private let journal: HitJournal
    private let rules: RulesInForce
    private let profiles: Int
    private let events: Int
    private let clock = Monitor(LoopRun.start)

    private static let start = Instant(milliseconds: 1_780_000_000_000)
    /// When the first click comes: hours after the mail, as people do.
    private static let firstClick = start + .hours(6)
    private static let mailings = 50

    init(profiles: Int, events: Int) throws {
        self.profiles = profiles
        self.events = events
        store = try Store(directory: directory.path)
        journal = try HitJournal(
            .init(directory: directory.makeDirectory("hits")), consumed: .start)
        let read = RulesReader([SourceText(path: "loop.conf", text: Self.conf)])
        guard !read.findings.contains(where: { $0.severity == .refuse }) else {
            throw Options.Invalid(description: read.findings.map(\.summary).joined(separator: "; "))
        }
        rules = RulesInForce(read.rules)
        try store.install(Reactions(rules: rules, links: lookup))
        try makeProfiles()
        try makeMailings()
        try makeHits()
    }

    deinit {
        journal.close()
        store.close()
    }

    /// Ten links: most bound to an action with two operations, some to one that counts once a
    /// mailing.
    private var lookup: LinkBinding.Lookup {
        let rules = rules.current
        let bindings = (0..<10).map { link in
            LinkBinding(
                name: "link\(link + 1)",
                action: try? rules.binding(link < 7 ? "travel-click" : "cars-click"))
        }
        return { _, link in bindings.indices.contains(link - 1) ? bindings[link - 1] : nil }
    }

    // MARK: Before

    private func makeProfiles() throws {
        let rules = rules.current
        try store.write(.control) { try $0.activate(rules, files: [:], at: Self.start) }
        for first in stride(from: 1, through: profiles, by: 5000) {
            let numbers = first...min(profiles, first + 4999)
            try store.write(.bulk) { access in
                let columns = try access.knownColumns()
                let country = columns["country"]!
                for number in numbers {
                    let id = try access.addProfile(
                        email: EmailAddress("p\(number)@example.org"), at: Self.start)
                    try access.set(
                        [(country, .text(number % 3 == 0 ? "DE" : "AT"))], of: id, at: Self.start)
                }
            }
        }
        while try store.write(.bulk, { try $0.seed(at: Self.start, limit: 500) }) {}
    }

    /// Fifty mailings, each of which got to a part of the people.
    private func makeMailings() throws {
        for number in 1...Self.mailings {
            let mailing = try store.write(.control) { access in
                let made = try access.activate(
                    .init(
                        name: "mailing\(number)", hash: "\(number)", kind: .marketing,
                        topic: "news", isTriggered: false, source: []), at: Self.start)
                try access.release(made.name, at: Self.start)
                return made.id
            }
            let condition = SQLCondition(
                sql: "profile.id % ? = ?",
                values: [.integer(Self.mailings), .integer(number - 1)])
            while try store.reader().mailing(mailing)?.isPlanned == false {
                try store.write(.bulk) {
                    _ = try $0.plan(
                        mailing: mailing, audience: condition, span: 100_000, at: Self.start)
                }
            }
        }
        _ = try store.write(.control) { access in
            try access.activate(
                .init(
                    name: "offer", hash: "offer", kind: .marketing, topic: "news",
                    isTriggered: true, source: []), at: Self.start)
        }
    }

    /// Four fifths of the clicks are those of a fifth of the people; half of the people never click.
    private func makeHits() throws {
        var random = SplitMix64(seed: 42)
        let deliveries = try store.reader().lastDeliveryID()
        for number in 0..<events {
            let busy = Int64.random(in: 1...10, using: &random) <= 8
            let range = busy ? 1...max(1, deliveries / 5) : 1...max(1, deliveries / 2)
            let delivery = Int64.random(in: range, using: &random)
            let hit = Hit(
                kind: .click, method: .get, delivery: delivery,
                link: Int(delivery % 10) + 1,
                at: Self.firstClick + .milliseconds(Int64(number) * 50),
                userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0",
                headers: [.init(name: "accept-language", value: "de")])
            try journal.append(hit.bytes) { _ in }
        }
        while journal.end.offset == 0 { _ = journal.wait(after: .start, milliseconds: 100) }
        clock.update { $0 = Self.firstClick + .milliseconds(Int64(events) * 50) + .minutes(1) }
    }

    // MARK: Measured

    func run() throws -> (JSON, isWhole: Bool) {
        let clock = clock
        let station = LoopStation(
            store: store, journal: journal, links: lookup, clock: { clock.withLock { $0 } },
            log: Log { level, line in if level <= .warning { Terminal.complain("\(line)\n") } })
        _ = store.takeLongestTransaction()
        let start = MonotonicTime.now()
        let cpu = Terminal.processorSeconds
        var idle = 0
        while station.status.applied < events, idle < 100 {
            idle = try station.round() == 0 ? idle + 1 : 0
        }
        let seconds = Double(MonotonicTime.now().nanoseconds - start.nanoseconds) / 1e9
        let applied = station.status.applied
        return (
            [
                "profiles": .integer(Int64(profiles)), "events": .integer(Int64(applied)),
                "rate": .number((Double(applied) / seconds).rounded()),
                "seconds": .number(seconds),
                "cpu_seconds": .number(Terminal.processorSeconds - cpu),
                "rss_mb": .number(Terminal.residentMegabytes),
                "longest_transaction_ms": .integer(store.takeLongestTransaction().milliseconds),
            ], applied == events
        )
    }

    /// Counters, a decaying score, tags, a threshold, a segment that time alone empties, a scope.
    private static let conf = """
        [topic news]
        default = on
        [field country]
        type = choice
        values = DE, AT
        [field clicks.travel]
        type = number
        [field clicks.cars]
        type = number
        [field interests.travel]
        type = score
        half-life = 90d
        cap = 100
        [field last_click]
        type = date
        [segment travellers]
        where = interests.travel >= 1.5 and country == "DE"
        [action travel-click]
        do = clicks.travel += 1
        do = interests.travel += 1
        do = last_click = now
        [action cars-click]
        do = clicks.cars += 1
        do = tag "driver"
        once = per mailing
        [action welcome-traveller]
        do = tag "traveller"
        [trigger offer]
        when = clicks.travel reaches 3
        send = offer
        once = per 180d
        [trigger came]
        when = segment travellers entered
        run = welcome-traveller
        once = always
        [trigger cool]
        when = interests.travel falls below 1
        run = welcome-traveller
        """
}
