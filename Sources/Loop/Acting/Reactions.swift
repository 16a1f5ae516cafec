import Core
import Expression
import JSON
import Rules
import Store
import Threads

/// What events, changes and the time set off: the actions bound to the link or to the kind of
/// event, triggers, and the follow-ups, all in the transaction of their cause.
///
/// Clicks, opens, bounces and consent come through here alike, whoever records them
/// (`WriteAccess.record`), and so does whatever changes a profile without an event. An action whose
/// value cannot be calculated does nothing at all and is noted on the event; a send that may not be
/// made is noted as blocked.
package final class Reactions: EventEffects {
    /// How far triggers that run actions may set off each other.
    static let maximumDepth = 8

    /// What was made of the rules and of the store's fields, until either changes.
    private struct Kept {
        var plan: Plan?
        var generation = 0
        var selection: FieldSelection?
        var scales: [String: ScoreScale] = [:]
        var columnsVersion = -1
        /// Names of mailings, which never change.
        var mailings: [Int64: String] = [:]
        var zones: [String: Zone?] = [:]
        /// How far profiles were looked at; nil: to be read.
        var seeded: [String: Int64]?
    }

    let rules: RulesInForce
    let links: LinkBinding.Lookup
    let zones: @Sendable (String) -> Zone?
    let log: Log
    private let kept = Monitor(Kept())

    /// - Parameter zones: what a time zone's name in a profile's `zone` field means.
    package init(
        rules: RulesInForce, links: @escaping LinkBinding.Lookup,
        zones: @escaping @Sendable (String) -> Zone? = { _ in nil }, log: Log = .none
    ) {
        self.rules = rules
        self.links = links
        self.zones = zones
        self.log = log
    }

    // MARK: What happened

    package func apply(_ event: EventRecord, in access: WriteAccess) throws {
        guard event.isPersons else { return }
        let plan = plan
        var actions = event.builtInActions(plan.rules)
        if event.kind == .click, let bound = try binding(of: event, in: access) {
            actions.append(bound)
        }
        actions += (plan.actions[event.kind] ?? []).filter { !actions.contains($0) }
        let mailing = try event.mailing.flatMap { try mailingName($0, in: access) }
        let cause = Cause(event, values: event.values(plan.rules, mailing: mailing), in: access)
        let reaction = Reaction(cause: cause, plan: plan, station: self, access: access)
        try catchUp(reaction)
        access.noteChange(
            .event(event.kind, mailing: event.mailing), of: event.profile, at: event.at)
        for action in actions { try reaction.run(action, depth: 0) }
        try reaction.settle()
        try reaction.enterSequences([.event(event.kind)])
    }

    package func heeds(_ aspect: ProfileAspect) -> Bool {
        let plan = plan
        guard case .event = aspect else { return plan.heeds(aspect) { _ in nil } }
        let known = kept.withLock { $0.mailings }
        return plan.heeds(aspect) { known[$0] }
    }

    package func settle(
        _ change: ProfileChange, of profile: Int64, in access: WriteAccess
    ) throws {
        let cause = Cause(profile: profile, at: change.at ?? access.lastInstant, in: access)
        let reaction = Reaction(cause: cause, plan: plan, station: self, access: access)
        if change.isNew { try reaction.begin(change) } else { try reaction.settle(change) }
    }

    /// Takes back what a click did that turned out to be a machine's, in the same transaction.
    package func takeBack(_ event: EventRecord, at now: Instant, in access: WriteAccess) throws {
        let cause = Cause(event, values: [:], in: access)
        try Reaction(cause: cause, plan: plan, station: self, access: access)
            .undo(event, at: now)
    }

    private func binding(
        of event: EventRecord, in access: WriteAccess
    ) throws(StoreError) -> ActionBinding? {
        let number = event.data["template_n"]?.integer ?? event.data["n"]?.integer
        guard let link = number else { return nil }
        if let id = event.delivery, let version = try access.version(ofDelivery: id) {
            return links(version, Int(link))?.action
        }
        // The delivery is gone, the mailing is not.
        let mailing = try event.mailing.flatMap { id throws(StoreError) in try access.mailing(id) }
        guard let version = mailing?.runningVersion ?? mailing?.activeVersion else { return nil }
        return links(version, Int(link))?.action
    }

    // MARK: What is kept

    /// The rules in force, indexed.
    var plan: Plan {
        let generation = rules.generation
        return kept.withLock { kept in
            if let plan = kept.plan, kept.generation == generation { return plan }
            let plan = Plan(rules.current)
            kept = Kept(
                plan: plan, generation: generation, mailings: kept.mailings, zones: kept.zones)
            return plan
        }
    }

    /// What to read of a person, and how her scores are stored.
    /// Few rules ask for tags or topics, which stand elsewhere: they are looked up when needed.
    func selection(
        _ plan: Plan, in access: WriteAccess
    ) throws(StoreError) -> (fields: FieldSelection, scales: [String: ScoreScale]) {
        let columns = try access.knownColumns()
        return kept.withLock { kept in
            if kept.columnsVersion != access.columnsVersion {
                kept.selection = nil
                kept.columnsVersion = access.columnsVersion
                kept.scales = columns.filter { $0.value.type == .score }.mapValues(\.scale)
            }
            let fields =
                kept.selection
                ?? FieldSelection(columns, standards: plan.standards, readsLists: false)
            kept.selection = fields
            return (fields, kept.scales)
        }
    }

    func mailingName(_ id: Int64, in access: WriteAccess) throws(StoreError) -> String? {
        if let known = kept.withLock({ $0.mailings[id] }) { return known }
        guard let name = try access.mailing(id)?.name else { return nil }
        kept.withLock { kept in
            if kept.mailings.count > 10_000 { kept.mailings = [:] }
            kept.mailings[id] = name
        }
        return name
    }

    /// The zone that a profile names; names come from imports and forms, so only what can be one
    /// is looked up.
    func zone(named name: String) -> Zone? {
        let isName =
            name.utf8.count <= 64 && !name.contains("..")
            && name.utf8.first != UInt8(ascii: "/")
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x2B...0x39).contains(byte) && byte != 0x2E
                    || byte == 0x5F
            }
        guard isName else { return nil }
        return kept.withLock { kept in
            if let known = kept.zones[name] { return known }
            let zone = zones(name)
            if kept.zones.count > 1000 { kept.zones = [:] }
            kept.zones[name] = .some(zone)
            return zone
        }
    }

    /// Whether a profile has been looked at for a watch; what happened before cannot be told apart
    /// from what has always been so.
    func isSeeded(
        _ profile: Int64, for watch: Watch, _ plan: Plan, in access: WriteAccess
    ) throws(StoreError) -> Bool {
        if let seeded = kept.withLock({ $0.seeded }) {
            return profile <= seeded[watch.text] ?? -1
        }
        var seeded: [String: Int64] = [:]
        for known in try access.loopWatches() where plan.watches[known.name] == known.definition {
            seeded[known.name] = known.seeded
        }
        kept.withLock { $0.seeded = seeded }
        return profile <= seeded[watch.text] ?? -1
    }

    func forgetSeeded() { kept.withLock { $0.seeded = nil } }
}

extension EventRecord {
    /// Whether it says anything about the person: what a machine did, or a proxy, does not.
    var isPersons: Bool { verdict == nil || verdict == Verdict.human.rawValue }
}
