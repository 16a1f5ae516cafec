internal import Composition
internal import Core
internal import Curl
internal import Diagnostics
internal import Glibc
internal import JSON
internal import Rules
internal import Seal
internal import Sending
internal import Store
internal import Threads
internal import Versions

/// A store of its own with profiles and one mailing, sent by a real station.
final class SendRun {
    private let directory = TemporaryDirectory("maild-send")
    private var store: Store
    private let count: Int
    private let rules: RulesInForce

    /// Makes the profiles and releases the mailing; the clock of the figures does not run yet.
    init(count: Int, size: Int) throws {
        self.count = count
        store = try Store(directory: directory.path)
        let read = RulesReader([SourceText(path: "loop.conf", bytes: Array(Self.rules.utf8))])
        let rules = read.rules
        self.rules = RulesInForce(rules)
        let source = MailingSource(
            name: "bench",
            files: [
                "bench.html": Array(Self.page(size: size).utf8),
                "loop.conf": Array(Self.rules.utf8),
            ])
        let (mailing, findings) = CompiledMailing.compile(source)
        guard mailing != nil else {
            throw Options.Invalid(description: findings.first?.summary ?? "the mailing is refused")
        }
        let now = Self.clock()
        try store.write(.control) { access in
            try access.activate(rules, files: ["loop.conf": Self.rules], at: now)
        }
        for start in stride(from: 1, through: count, by: 5000) {
            let numbers = start...min(count, start + 4999)
            try store.write(.bulk) { try Self.add(numbers, in: $0, at: now) }
        }
        try store.write(.control) { access in
            try access.activate(
                .init(
                    name: "bench", hash: source.contentID.text, kind: .marketing, topic: "news",
                    isTriggered: false, source: source.frozen), at: now)
            try access.release("bench", at: now)
        }
    }

    deinit { store.close() }

    private static let clock: @Sendable () -> Instant = {
        Instant(milliseconds: Terminal.clockMilliseconds)
    }

    /// Sends everything; the figures, from the start of the station to the last durable result.
    func send(to relay: Relay, connections: Int) throws -> JSON {
        var options = SendingOptions(
            relays: [.init(name: "bench", relay: relay, sessions: connections)],
            flightLogPath: "\(directory.path)/flight")
        options.window = 64
        let isFinished = Monitor(false)
        let station = try station(options) { line in
            if line == "mailing bench is finished" { isFinished.update { $0 = true } }
        }
        let start = MonotonicTime.now()
        let cpu = Terminal.processorSeconds
        try station.start()
        _ = isFinished.wait { $0 ? true : nil }
        let seconds = Double(MonotonicTime.now().nanoseconds - start.nanoseconds) / 1e9
        let used = Terminal.processorSeconds - cpu
        station.stop()
        return [
            "messages": .integer(Int64(try sent())), "seconds": .number(seconds),
            "cpu_seconds": .number(used), "rss_mb": .number(Terminal.residentMegabytes),
        ]
    }

    /// Plans only, since there is no relay; the figures, from the start of the station to the last
    /// chunk.
    func plan() throws -> JSON {
        let station = try station(
            SendingOptions(relays: [], flightLogPath: "\(directory.path)/flight"), heed: { _ in })
        let reader = try store.reader()
        // Those that made the profiles are not meant.
        _ = store.takeLongestTransaction()
        let start = MonotonicTime.now()
        let cpu = Terminal.processorSeconds
        try station.start()
        while try reader.mailing(named: "bench")?.isPlanned == false { usleep(1000) }
        let seconds = Double(MonotonicTime.now().nanoseconds - start.nanoseconds) / 1e9
        let used = Terminal.processorSeconds - cpu
        station.stop()
        let queued = try reader.deliveryCounts(mailing: 1)[.queued, default: 0]
        return [
            "recipients": .integer(Int64(queued)), "rate": .number(Double(queued) / seconds),
            "seconds": .number(seconds), "cpu_seconds": .number(used),
            "rss_mb": .number(Terminal.residentMegabytes),
            "longest_transaction_ms": .integer(store.takeLongestTransaction().milliseconds),
        ]
    }

    /// What is planned is begun anew, as after a restart, and stopped once so many messages were
    /// taken. The figures, from opening the store on.
    func resume(to relay: Relay, connections: Int, messages: Int) throws -> JSON {
        store.close()
        let begin = MonotonicTime.now()
        store = try Store(directory: directory.path)
        let station = try station(
            SendingOptions(
                relays: [.init(name: "bench", relay: relay, sessions: connections)],
                flightLogPath: "\(directory.path)/flight"), heed: { _ in })
        try station.start()
        while station.status.sent == 0 { usleep(1000) }
        let seconds = Double(MonotonicTime.now().nanoseconds - begin.nanoseconds) / 1e9
        let cpu = Terminal.processorSeconds
        _ = eventually(within: 600) { station.status.sent >= messages }
        let used = Terminal.processorSeconds - cpu
        station.stop()
        return [
            "start_seconds": .number(seconds), "sent": .integer(Int64(try sent())),
            "sent_cpu_seconds": .number(used), "rss_mb": .number(Terminal.residentMegabytes),
        ]
    }

    private func station(
        _ options: SendingOptions, heed: @escaping @Sendable (String) -> Void
    ) throws -> SendingStation {
        let ring = try KeyRing.ephemeral()
        let versions = CompiledVersions(store: store, zone: .utc, zones: { _ in nil })
        let names = Identities.Names(
            publicURL: "https://mail.example.com", returnPathDomain: "bounce.example.com",
            messageIDDomain: "mail.example.com", listDomain: "example.com")
        let log = Log { level, line in
            if level <= .warning { Terminal.complain("\(line)\n") }
            heed(line)
        }
        var surroundings = Surroundings(clock: Self.clock, log: log)
        surroundings.rules = rules
        return SendingStation(
            store: store, options: options, surroundings: surroundings,
            composers: { try MailingComposer(versions: versions, ring: ring, names: names) })
    }

    private func sent() throws -> Int {
        let reader = try store.reader()
        guard let mailing = try reader.mailing(named: "bench") else { return 0 }
        return try reader.deliveryCounts(mailing: mailing.id)[.sent, default: 0]
    }

    /// What a sink has that the ledger has not, or the other way round; nil when they agree.
    func difference(from received: [String]) throws -> String? {
        let reader = try store.reader()
        var expected: Set<String> = []
        var after: Int64 = 0
        while case let rows = try reader.deliveries(
            mailing: 1, state: .sent, after: after, limit: 10_000), let last = rows.last
        {
            expected.formUnion(rows.map { Self.address(Int($0.profile)) })
            after = last.id
        }
        let distinct = Set(received)
        guard received.count == distinct.count else {
            return "\(received.count - distinct.count) messages arrived more than once"
        }
        guard distinct == expected else {
            return "\(expected.subtracting(distinct).count) sent messages did not arrive, "
                + "\(distinct.subtracting(expected).count) arrived that are not recorded as sent"
        }
        return nil
    }

    /// Profile ids count from 1 in a new store.
    private static func address(_ number: Int) -> String { "p\(number)@example.org" }

    private static func add(
        _ numbers: ClosedRange<Int>, in access: WriteAccess, at now: Instant
    ) throws {
        let columns = try access.fieldColumns()
        for number in numbers {
            let id = try access.addProfile(email: EmailAddress(address(number)), at: now)
            var values: [(FieldColumn, FieldValue)] = []
            for field in 1...8 {
                if let column = columns["f\(field)"] {
                    values.append((column, .text("Wert \(field) für \(number)")))
                }
            }
            for (name, period) in [("travel", 3), ("cars", 2)] {
                if let column = columns[name] {
                    values.append((column, .number(Double(number % period))))
                }
            }
            try access.set(values, of: id, at: now)
        }
    }

    /// Eight texts and two numbers that the slot asks for.
    private static let rules =
        "[topic news]\nlabel = News\ndefault = on\n"
        + (1...8).map { "[field f\($0)]\ntype = text\ndefault = -\n" }.joined()
        + ["travel", "cars"].map { "[field \($0)]\ntype = number\ndefault = 0\n" }.joined()
        + "[segment everybody]\nwhere = not tagged \"nobody\"\n"
        + "[cap]\nmarketing = 5 per 7d\ntopic news = 2 per 1d\n"

    /// A mailing whose messages have about so many octets.
    private static func page(size: Int) -> String {
        let fields = (1...8).map { "<p>{{ f\($0) }}</p>\n" }.joined()
        let links = (1...11).map {
            "<p><a href=\"https://shop.example/offer/\($0)\">Offer \($0)</a></p>\n"
        }.joined()
        // Each octet of the filler stands in both parts.
        let sentence = "Four days across the country by train, and what was seen on the way. "
        let filler = (0..<max(0, (size - 5500) / 2 / sentence.count)).map { _ in
            "<p>\(sentence)</p>\n"
        }.joined()
        return """
            ---
            subject: Hello {{ f1 }}
            from: News <news@example.com>
            topic: news
            audience: everybody
            ---
            {% slot "hero" %}
            {% alt "travel" when travel >= 2 %}<h1>Travel for {{ f1 }}, {{ travel }}</h1>
            {% alt "cars" when cars >= 1 %}<h1>Cars for {{ f1 }}, {{ cars }}</h1>
            {% default %}<h1>News for {{ f1 }}</h1>
            {% endslot %}
            \(fields)\(links)\(filler)
            <p><a href="{{ links.unsubscribe }}">No more of this</a></p>
            """
    }
}
