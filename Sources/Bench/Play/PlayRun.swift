internal import Configuration
internal import Core
internal import Expression
internal import JSON
internal import Loop
internal import Rules
internal import Sending
internal import Store
internal import Threads

/// A script in virtual time: the real store, reactions and checks, a relay that takes everything.
///
/// Time jumps from one thing to the next: an event, a watch that falls due, a delivery that falls
/// due. Of one instant, what time had brought about comes first, then the events with what they
/// send, then what had to happen until then and did not.
///
/// A mailing of a script has no `lifetime` unless it says so: what a cap forbids is blocked at
/// once, so that what is sent follows from the script alone.
final class PlayRun {
    private let script: PlayScript
    private let directory = TemporaryDirectory("maild-play", inMemory: true)
    private let store: Store
    /// By name: the mailing's id and its version.
    private var mailings: [String: (id: Int64, version: Int64)] = [:]
    /// By lower-case address.
    private var profiles: [String: Int64] = [:]
    private var failures: [JSON] = []
    private var nextEvent = 0
    /// Up to which time has passed.
    private var reached: Instant

    init(_ script: PlayScript) throws {
        self.script = script
        reached = script.start
        store = try Store(directory: directory.path)
        try prepare()
    }

    deinit { store.close() }

    // MARK: Before

    private func prepare() throws {
        let script = script
        let table = BindingTable()
        let start = script.start
        mailings = try store.write(.control) { access in
            try access.activate(script.rules, files: [:], at: start)
            var made: [String: (id: Int64, version: Int64)] = [:]
            for mailing in script.mailings {
                let row = try access.activate(
                    .init(
                        name: mailing.name, hash: mailing.name, kind: mailing.kind,
                        topic: mailing.topic, isTriggered: true, source: []), at: start)
                guard let version = row.activeVersion else { continue }
                made[mailing.name] = (row.id, version)
                table.set(
                    mailing.links.map { LinkBinding(name: $0.name, action: $0.binding) },
                    ofVersion: version)
            }
            return made
        }
        profiles = try store.write(.control) { access in
            var made: [String: Int64] = [:]
            let columns = try access.knownColumns()
            for profile in script.profiles {
                let id = try access.addProfile(email: profile.email, at: start)
                made[profile.email.text.lowercased()] = id
                let values = profile.fields.compactMap { name, value in
                    columns[name].map { ($0, $0.sum(value, at: start)) }
                }
                try access.set(values, of: id, at: start)
                for tag in profile.tags { try access.tag(id, tag, at: start) }
                for (topic, subscribed) in profile.topics {
                    try access.set(topic: topic, subscribed: subscribed, of: id, at: start)
                }
            }
            return made
        }
        // From here on: what people begin with has not come about.
        try store.install(
            Reactions(
                rules: RulesInForce(script.rules), links: { table.link($1, ofVersion: $0) },
                zones: { SystemZones.zone(named: $0) }))
        while try store.write(.bulk, { try $0.seed(at: start, limit: 1000) }) {}
    }

    // MARK: In virtual time

    func run() throws -> JSON {
        while let now = try nextInstant(), now <= script.until {
            while nextEvent < script.events.count, script.events[nextEvent].at == now {
                try happen(script.events[nextEvent])
                nextEvent += 1
                try deliver(at: now)
            }
            while try store.write(.loop, { try $0.advance(to: now, limit: 100) }) > 0 {}
            while try store.write(.bulk, { try $0.seed(at: now, limit: 1000) }) {}
            try deliver(at: now)
            reached = now
        }
        return try report()
    }

    private func nextInstant() throws -> Instant? {
        let ids = mailings.values.map(\.id)
        let (watch, delivery) = try store.write(.control) { access in
            let dues = try ids.compactMap { id in
                try access.mailing(id)?.state == .running ? try access.nextDue(mailing: id) : nil
            }
            return (try access.nextDueWatch(), dues.min())
        }
        let event = nextEvent < script.events.count ? script.events[nextEvent].at : nil
        let scheduled = script.rules.actions.values.compactMap { action in
            action.schedule?.recurrence.next(after: reached, in: script.rules.zone)
        }
        return ([watch, delivery, event].compactMap { $0 } + scheduled).min()
    }

    /// Hands on what is due, as the sending station does: the intent with its checks, and the
    /// relay's answer.
    private func deliver(at now: Instant) throws {
        let terms = Dictionary(
            script.mailings.compactMap { mailing in
                mailings[mailing.name].map { ($0.id, mailing.terms(script.rules)) }
            }, uniquingKeysWith: { $1 })
        let ids = terms.keys.sorted()
        @Sendable func goesFirst(_ a: DeliveryRecord, _ b: DeliveryRecord) -> Bool {
            let (x, y) = (terms[a.mailing]?.rank ?? 0, terms[b.mailing]?.rank ?? 0)
            return x == y ? (a.due, a.id) < (b.due, b.id) : x > y
        }
        var isDone = false
        while !isDone {
            isDone = try store.write(.results) { access in
                var due: [DeliveryRecord] = []
                for id in ids where try access.mailing(id)?.state == .running {
                    due += try access.dueDeliveries(mailing: id, at: now, limit: 100)
                }
                for delivery in due.sorted(by: goesFirst) {
                    var intent = Intent(delivery: delivery.id, place: 0, choices: nil, mergeRow: [])
                    intent.terms = terms[delivery.mailing]?.terms
                    guard case .go = try access.commit([intent], at: now)[0] else { continue }
                    let result = AttemptResult(
                        delivery: delivery.id,
                        outcome: .accepted(SMTPReply(code: 250, status: nil, text: "ok")),
                        retryAt: nil,
                        addressIsDead: false)
                    try access.commit([result], at: now)
                }
                return due.isEmpty
            }
        }
    }

    private func happen(_ event: PlayScript.Event) throws {
        guard let profile = profiles[event.email.lowercased()] else {
            return fail(event, "there is no such profile")
        }
        guard script.knows(event.kind) else {
            return fail(event, "there is no kind of event \(event.kind.name)")
        }
        let mailing = event.mailing.flatMap { mailings[$0] }
        if let name = event.mailing, mailing == nil {
            return fail(event, "there is no mailing \(name)")
        }
        let script = script
        let fact = PlayFact(
            event: event, profile: profile, mailing: mailing?.id, version: mailing?.version,
            terms: script.mailings.first { $0.name == event.mailing }, rules: script.rules)
        do {
            try store.write(.loop) { try fact.happen(in: $0) }
        } catch let invalid as PlayScript.Invalid {
            fail(event, invalid.description)
        }
    }

    private func fail(_ event: PlayScript.Event, _ text: String) {
        failures.append([
            "at": .string(event.at.rfc3339), "email": .string(event.email),
            "error": .string(text),
        ])
    }

    private func report() throws -> JSON {
        let report = try PlayReport(
            script: script, profiles: profiles, mailings: mailings.mapValues(\.id),
            reader: store.reader())
        return try report.json(failures: failures)
    }
}

/// What links of versions are bound to, filled before the first event.
private final class BindingTable: Sendable {
    private let bindings = Monitor<[Int64: [LinkBinding]]>([:])

    func set(_ links: [LinkBinding], ofVersion version: Int64) {
        bindings.withLock { $0[version] = links }
    }

    func link(_ number: Int, ofVersion version: Int64) -> LinkBinding? {
        bindings.withLock { table in
            guard let links = table[version], links.indices.contains(number - 1) else {
                return nil
            }
            return links[number - 1]
        }
    }
}

extension FieldColumn {
    /// A value as the store keeps it: of a score what its points now are as a sum.
    fileprivate func sum(_ value: FieldValue, at now: Instant) -> FieldValue {
        guard type == .score, case .number(let points) = value else { return value }
        return .number(scale.threshold(cap.map { min($0, points) } ?? points, at: now))
    }
}
