internal import Bounce
internal import Configuration
internal import Control
internal import Core
internal import Curl
internal import Desk
internal import Diagnostics
internal import Glibc
internal import Inbox
internal import JSON
internal import Journal
internal import Loop
internal import Rules
internal import Seal
internal import Sending
internal import Site
internal import Sockets
internal import Store
internal import Threads
internal import Versions

/// All stations and what they share: built from a configuration, started in the order in which
/// they need each other, stopped in the reverse.
final class Service: Sendable {
    let log: Log
    private let path: String
    private let threshold: LogThreshold
    private let started = WallClock.now()
    private let configuration: Monitor<Configuration>
    private let store: Store
    private let rules: RulesInForce
    private let versions: CompiledVersions
    private let links: LinkBinding.Lookup
    let journal: HitJournal
    let sending: SendingStation
    let loop: LoopStation
    let site: SiteStation
    private let desk: DeskStation
    private let inbox: InboxStation
    private let outgoing: OutgoingStation
    private let keeper: RetentionKeeper
    private let control = Monitor<ControlStation?>(nil)
    private let writerRound = Monitor(true)

    /// Opens the store and builds the stations; nothing runs yet but the store's writer.
    /// `path` is the file the configuration came from, `threshold` what its log level governs.
    init(
        _ configuration: Configuration, path: String, threshold: LogThreshold, log: Log
    ) throws {
        self.path = path
        self.threshold = threshold
        self.log = log
        self.configuration = Monitor(configuration)
        try Directories.prepare(configuration)
        guard let zone = SystemZones.zone(named: configuration.zoneName) else {
            throw StartFailure("there is no time zone \(configuration.zoneName) on this system")
        }
        store = try Store(directory: configuration.stateDirectory)
        ScratchStore.removeLeftovers(in: configuration.stateDirectory)
        let reader = try store.reader()
        let ring = try KeyRing.load(
            path: configuration.stateDirectory + "/keys",
            makingIfAbsent: try reader.lastDeliveryID() == 0)
        try store.install(ring)
        if let head = try reader.consentHead() {
            let seal = head.seal.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            log(.info, "the consent ledger has \(head.row) rows, its head is \(seal)")
        }
        rules = RulesInForce(try Self.rules(in: reader, zone: zone, log))
        versions = CompiledVersions(store: store, zone: zone) {
            SystemZones.zone(named: $0)
        }
        let names = configuration.names
        let signer = try configuration.mailSigner()
        let classifier = try configuration.classifier()
        let mail = try SentMail(
            versions: versions, ring: ring, names: names, store: store, log: log)
        let lookup: LinkBinding.Lookup = { mail.binding(version: $0, link: $1) }
        links = lookup
        try store.install(
            Reactions(
                rules: rules, links: lookup, zones: { SystemZones.zone(named: $0) }, log: log))
        try store.install(configuration.bouncePolicy)

        keeper = RetentionKeeper(
            store: store,
            retention: { [configuration = self.configuration] in
                Retention(configuration.withLock(\.retention))
            }, log: log)
        let position = try reader.journalPosition()
        journal = try HitJournal(
            configuration.journalOptions,
            consumed: position.map { Position(segment: $0.segment, offset: $0.offset) } ?? .start)
        loop = LoopStation(
            store: store, journal: journal, links: lookup,
            options: try configuration.loopOptions(),
            clock: WallClock.now, log: log)
        var surroundings = Surroundings(clock: WallClock.now, log: log)
        surroundings.rules = rules
        surroundings.zones = RecipientZones(standard: zone) { SystemZones.zone(named: $0) }
        sending = SendingStation(
            store: store, options: try configuration.sendingOptions(classifier),
            surroundings: surroundings,
            composers: { [versions] in
                try MailingComposer(
                    versions: versions, ring: ring, names: names, signer: signer,
                    asksForReports: configuration.sending.asksForReports)
            })
        var siteOptions = configuration.siteOptions
        try configuration.grantCallers(&siteOptions, rules: rules)
        let inbox = try InboxStation(
            configuration.inboxOptions(), store: store, ring: ring,
            surroundings: try configuration.inboxSurroundings(
                versions: versions, classifier: classifier, log: log,
                reported: { [sending] in sending.learn($0) },
                ledgerChanged: { [sending] in sending.nudge() }))
        self.inbox = inbox
        outgoing = OutgoingStation(
            store: store, clock: WallClock.now, log: log,
            carry: try configuration.outgoingCarrier())
        siteOptions.providerReport = inbox.providerReport
        site = try SiteStation(
            siteOptions, store: store, journal: journal, ring: ring, archive: mail, rules: rules,
            ledgerChanged: { [sending] in sending.nudge() }, clock: WallClock.now, log: log)
        let seal = Monitor(Handed(try Sealer(ring)))
        desk = try DeskStation(
            store: store, rules: rules, settings: configuration.deskSettings(zone: zone),
            surroundings: DeskSurroundings(
                clock: WallClock.now,
                codeLetters: { bytes in try? seal.withLock { try $0.value.code(for: bytes) } },
                zones: { SystemZones.zone(named: $0) },
                changed: { [sending] in sending.nudge() }, log: log))
    }

    /// Starts everything; returns when the endpoint and the control socket answer.
    func start() throws {
        let configuration = configuration.withLock { $0 }
        loop.start()
        try sending.start()
        try outgoing.start()
        try inbox.start(lmtp: try configuration.lmtpListener())
        let listeners = try configuration.siteListeners()
        try site.start(listeners, server: configuration.httpOptions)
        for listener in listeners { log(.info, "the endpoint listens on \(listener.name)") }
        try desk.start()
        let listener = try Listener(path: configuration.listen.control)
        let station = try ControlStation(
            listener: listener, store: store, rules: rules, host: hostWithKeys(configuration),
            log: log)
        control.withLock { $0 = station }
        keeper.start()
        log(.info, "the control socket is \(configuration.listen.control)")
    }

    /// Ends everything: what came in is kept, open transactions finish within `stop-wait`.
    func stop() {
        control.withLock { $0 }?.stop(within: 2000)
        keeper.stop()
        desk.stop()
        site.stop()
        inbox.stop()
        outgoing.stop()
        sending.stop()
        loop.stop()
        journal.close()
        store.close()
    }

    /// Takes on what can change while running; says what needs a restart.
    func reload(_ next: Configuration) {
        let last = configuration.withLock { $0 }
        configuration.update { $0 = next }
        threshold.level = next.logLevel
        do {
            try store.install(next.bouncePolicy)
        } catch {
            log(.error, "the [bounces] section is not in force: \(error)")
        }
        site.reloadPages()
        desk.lookAgain()
        let changed = last.changesThatNeedRestart(next)
        if changed.isEmpty {
            log(.notice, "the configuration was read again")
        } else {
            log(
                .warning,
                "the configuration was read again; these need a restart: "
                    + changed.joined(separator: ", "))
        }
    }

    /// Whether writer, sender and endpoint each made a round since they were last asked.
    func madeRounds() -> Bool {
        let wrote = writerRound.withLock { made in
            defer { made = false }
            return made
        }
        if wrote {
            store.submit(.results) { _ in
            } done: { [writerRound] (_: Result<Void, any Error>) in
                writerRound.update { $0 = true }
            }
        }
        let age = MonotonicTime.now().nanoseconds - sending.status.lastRound.nanoseconds
        return wrote && age < 30_000_000_000 && site.figures != nil
    }

    /// For SIGHUP and `maildctl reload`. Throws when the file is bad; then nothing has changed.
    func reloadFromFile() throws -> String {
        guard let next = Maild.load(path) else {
            throw StoreError.refused(
                "\(path) is not taken on; maild --check-config says what is wrong with it")
        }
        reload(next)
        return "the configuration and the folder are read again"
    }

    private func hostWithKeys(_ configuration: Configuration) -> ControlHost {
        var host = controlHost
        let path = configuration.stateDirectory + "/keys"
        let turn = Monitor(())
        host.rotateKeys = {
            try turn.withLock { _ in
                _ = try KeyRing.load(path: path, makingIfAbsent: false).rotate(path: path)
            }
            return "a fresh key is in \(path) and seals from the next start of maild on; back it up"
        }
        return host
    }

    private var controlHost: ControlHost {
        var host = standardHost
        host.attributionWindow = { [configuration] in
            configuration.withLock { $0.conversions.window }
        }
        host.holdsMarketing = { [configuration] in configuration.withLock(\.holdsMarketing) }
        return host
    }

    private var standardHost: ControlHost {
        ControlHost(
            version: version, started: started, now: WallClock.now,
            figures: { [self] in figures },
            reload: { [self] in try reloadFromFile() },
            audience: { [rules, store] name in
                try rules.current.audience(
                    name, columns: store.reader().fieldColumns(), now: WallClock.now())
            },
            audienceCondition: { [versions, store] name in
                try store.reader().audienceCondition(of: name, versions)
            },
            releaseObstacle: { [versions, store] name in
                try store.reader().releaseObstacle(of: name, versions, now: WallClock.now())
            },
            dryRun: { [desk] in desk.dryRunStage(of: $0) },
            preview: { [store, versions] request in
                try Rehearsal(store: store, versions: versions, clock: WallClock.now)
                    .answer(request)
            },
            test: { [store, versions, configuration] request in
                try Rehearsal(store: store, versions: versions, clock: WallClock.now)
                    .answer(request, granted: configuration.withLock { $0.grants.proofDomains })
            },
            ledgerChanged: { [sending] in sending.nudge() },
            outgoingChanged: { [outgoing] in outgoing.nudge() },
            destinations: { [sending] in .array(sending.status.destinations.map(\.json)) },
            orderDestination: { [sending] in try sending.carryOut($0) },
            domains: { [sending] in sending.domains(of: $0) },
            relays: { [sending] in .array(sending.status.relays.map(\.json)) },
            orderRelay: { [sending] name, rests in try sending.orderRelay(name, rests: rests) },
            obstacles: { [sending] in .array(sending.obstacles(of: $0)) },
            ingest: { [inbox] message, recipients in
                try inbox.ingest(
                    Arrival(message, recipients: recipients), name: "a message by maildctl")
            },
            quarantine: { [inbox] in try inbox.quarantineListing },
            replay: { [rules, store, links, versions] call in
                try store.replay(
                    call, against: rules.current, links: links, versions, now: WallClock.now())
            },
            policy: { [configuration] in configuration.withLock(\.bouncePolicy) },
            asciiDomain: { DomainName.ascii($0) },
            fieldsChanged: { [desk] in desk.lookAgain() })
    }
}
