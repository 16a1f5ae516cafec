internal import Composition
internal import Core
internal import Daemon
internal import Diagnostics
internal import Glibc
internal import JSON
internal import Journal
internal import Loop
internal import Rules
internal import Seal
internal import Site
internal import Sockets
internal import Store
internal import Threads
internal import Versions

/// The endpoint as the daemon runs it, on a store of its own with one mailing of twelve links to
/// made-up people.
final class EndpointRun {
    private static let links = 12

    private let directory = TemporaryDirectory("maild-endpoint")
    private let store: Store
    private let journal: HitJournal
    private let site: SiteStation
    private let loop: LoopStation
    private let ring: KeyRing
    private let listener: Listener
    private let count: Int
    private let publicURL: String
    private let connections: Int
    /// What the loop's clock is ahead of time: at the end nothing waits for its verdict.
    private let lead: Monitor<TimeSpan>

    init(
        deliveries count: Int, host: String, port: UInt16, connections: Int, sync: HitJournal.Sync
    ) throws {
        self.count = count
        self.connections = connections
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        listener = try Listener(host: bare, port: port, backlog: 4096)
        publicURL = "http://\(listener.name)"
        store = try Store(directory: directory.path)
        try Self.fill(store, count: count)
        ring = try KeyRing.ephemeral()
        let versions = CompiledVersions(store: store, zone: .utc, zones: { _ in nil })
        let names = Identities.Names(
            publicURL: publicURL, returnPathDomain: "bounce.example.com",
            messageIDDomain: "mail.example.com", listDomain: "example.com")
        let log = Log { level, line in
            if level <= .warning { Terminal.complain("\(line)\n") }
        }
        let mail = try SentMail(
            versions: versions, ring: ring, names: names, store: store, log: log)
        let lookup: LinkBinding.Lookup = { mail.binding(version: $0, link: $1) }
        let rules = RulesInForce(Self.rules)
        try store.install(Reactions(rules: rules, links: lookup))
        var options = HitJournal.Options(directory: directory.makeDirectory("journal"))
        options.sync = sync
        journal = try HitJournal(options)
        let lead = Monitor(TimeSpan.zero)
        self.lead = lead
        loop = LoopStation(
            store: store, journal: journal, links: lookup,
            clock: { Self.now() + lead.withLock { $0 } }, log: log)
        site = try SiteStation(
            SiteOptions(publicURL: publicURL), store: store, journal: journal, ring: ring,
            archive: mail, rules: rules, clock: Self.now, log: log)
    }

    private static let now: @Sendable () -> Instant = {
        Instant(milliseconds: Terminal.clockMilliseconds)
    }

    /// Writes the URLs and serves; the files appear when it does.
    func start(urls path: String) throws {
        Self.raiseDescriptorLimit()
        var options = HTTPServerOptions()
        options.connections = connections
        // Measuring programs come from one address.
        options.connectionsPerAddress = connections
        loop.start()
        try site.start([listener], server: options)
        let sealer = try Sealer(ring)
        var clicks: [UInt8] = []
        var posts: [UInt8] = []
        for delivery in 1...Int64(count) {
            let click = try sealer.token(.click, delivery: delivery).text
            let link = delivery % Int64(Self.links) + 1
            clicks += Array("\(publicURL)/c/\(click)/\(link)\n".utf8)
            let post = try sealer.token(.unsubscribe, delivery: delivery).text
            posts += Array("\(publicURL)/u/\(post)\n".utf8)
        }
        try TemporaryDirectory.write(path + ".post", posts)
        try TemporaryDirectory.write(path, clicks)
    }

    /// Answers what is under way, judges and applies all that was kept; the figures.
    func stop() throws -> JSON {
        site.stop()
        loop.stop()
        lead.update { $0 = .hours(1) }
        // A round that only read commits nothing: what it read waits for what came after it.
        while try loop.round() > 0 || loop.status.waiting > 0 {}
        journal.close()
        let kept = journal.counters
        let figures = site.hitFigures
        let status = loop.status
        store.close()
        if kept.dropped + kept.failed > 0 {
            Terminal.complain("\(kept.dropped) hits dropped, \(kept.failed) not written\n")
        }
        return [
            "answered": .integer(Int64(figures.answered + figures.withdrawn)),
            "durable": .integer(Int64(kept.kept + figures.withdrawn)),
            "applied": .integer(Int64(status.applied + figures.withdrawn)),
        ]
    }

    private static func fill(_ store: Store, count: Int) throws {
        let source = MailingSource(
            name: "bench",
            files: ["bench.html": Array(page.utf8), "loop.conf": Array(loopText.utf8)])
        let (compiled, findings) = CompiledMailing.compile(source)
        guard compiled != nil else {
            throw Options.Invalid(description: findings.first?.summary ?? "the mailing is refused")
        }
        let now = now()
        try store.write(.control) {
            try $0.activate(rules, files: ["loop.conf": loopText], at: now)
        }
        for start in stride(from: 1, through: count, by: 5000) {
            let numbers = start...min(count, start + 4999)
            try store.write(.bulk) { access in
                for number in numbers {
                    _ = try access.addProfile(
                        email: EmailAddress("p\(number)@example.org"), at: now)
                }
            }
        }
        let mailing = try store.write(.control) { access in
            let mailing = try access.activate(
                .init(
                    name: "bench", hash: source.contentID.text, kind: .marketing, topic: "news",
                    isTriggered: false, source: source.frozen), at: now)
            try access.release("bench", at: now)
            return mailing.id
        }
        var planned = 0
        while planned < count {
            let added = try store.write(.bulk) { access in
                try access.plan(mailing: mailing, audience: nil, span: 5000, at: now)
            }
            guard added > 0 else { break }
            planned += added
        }
    }

    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static let loopText = """
        [topic news]
        label = News
        default = on
        [field clicks]
        type = number
        default = 0
        [segment everybody]
        where = not tagged "nobody"
        [action count]
        do = clicks += 1
        """

    private static let rules =
        RulesReader([SourceText(path: "loop.conf", bytes: Array(loopText.utf8))]).rules

    private static let page: String = {
        let offers = (1..<EndpointRun.links).map {
            "<p><a href=\"https://shop.example/offer/\($0)\">Offer \($0)</a></p>\n"
        }.joined()
        return """
            ---
            subject: Offers
            from: News <news@example.com>
            topic: news
            audience: everybody
            ---
            <p><a href="https://shop.example/first" data-action="count">First</a></p>
            \(offers)
            <p><a href="{{ links.unsubscribe }}">No more of this</a></p>
            """
    }()
}
