internal import Composition
import Core
import Expression
import JSON
import Rules
import Store

/// One of the two courses of a replay: people's events played through the real loop in a store
/// that forgets them at once.
final class ReplaySide {
    /// What came of one person.
    struct Result: Sendable {
        /// How often each mailing was queued since the rules changed.
        var sends: [String: Int] = [:]
        /// How she stands: fields by name, and `tag NAME`, `topic NAME` and `segment NAME` where
        /// she has it, gets it or is in it.
        var fields: [String: FieldValue] = [:]
        /// Of the mailing that is asked about.
        var prospect = Prospect.nothing
    }

    /// Undoes the transaction, and carries the results out of it.
    private struct TakenBack: Error {
        var results: [Result]
    }

    /// Rounds of what is due that one batch may take.
    private static let roundLimit = 100_000

    private let scratch: ScratchStore
    private let rules: RulesInForce
    private let first: LoopRules
    private let second: LoopRules
    private let request: ReplayRequest
    private let mailing: CompiledMailing?

    /// - Parameters:
    ///   - second: the rules from `request.since` on, `first` those before it.
    ///   - mailing: the one that is asked about, under these rules.
    ///   - mailings: with their versions in force.
    init(
        _ first: LoopRules, then second: LoopRules, _ request: ReplayRequest,
        _ mailing: CompiledMailing?, mailings: [(MailingRecord, VersionRecord?)],
        links: @escaping LinkBinding.Lookup,
        directory: String
    ) throws {
        self.first = first
        self.second = second
        self.request = request
        self.mailing = mailing
        let rules = RulesInForce(first)
        self.rules = rules
        scratch = try ScratchStore(in: directory)
        try scratch.store.write(.control) { access in
            try access.declare(fields: first.columns, at: request.now)
            try access.declare(fields: second.columns, at: request.now)
            for other in [first, second] {
                try access.declare(
                    topics: other.topics.values.map {
                        TopicRecord(name: $0.name, label: $0.label, byDefault: $0.isDefault)
                    })
            }
            for (mailing, version) in mailings { try access.restore(mailing, version) }
        }
        // A link is bound to an action by its name: the rules of the moment say what it does.
        try scratch.store.install(
            Reactions(rules: rules) { version, link in
                guard let found = links(version, link) else { return nil }
                guard case .named(let action)? = found.action else { return found }
                let current = rules.current.actions[action.name]
                return LinkBinding(name: found.name, action: current.map { .named($0) })
            })
    }

    /// Plays all events of these people in the order of time, and what time brings about up to now.
    func play(_ lives: [ReplayedLife]) throws -> [Result] {
        let (rules, first, second, request, mailing) = (rules, first, second, request, mailing)
        rules.replace(with: first)
        let events = lives.flatMap(\.events).sorted { ($0.at, $0.id) < ($1.at, $1.id) }
        do {
            try scratch.store.write(.bulk) { access -> Void in
                try access.declare(fields: first.columns, at: request.now)
                let columns = try access.fieldColumns()
                for life in lives {
                    let fields = life.fields.compactMap { column, value in
                        columns[column.name].map { ($0, value) }
                    }
                    try access.restore(life.person, fields: fields, deliveries: life.deliveries)
                    try access.restore(life.bars, to: life.person)
                }
                let start = min(events.first?.at ?? request.now, request.since)
                try access.seedAll(at: start)
                var dates = ScheduledDates(first, after: start)
                for event in events where event.at < request.since {
                    try access.run(dates.next(to: event.at), rounds: Self.roundLimit)
                    try access.replay(event)
                }
                try access.run(dates.next(to: request.since), rounds: Self.roundLimit)
                try access.advanceAll(to: request.since, rounds: Self.roundLimit)
                rules.replace(with: second)
                try access.declare(fields: second.columns, at: request.since)
                try access.seedAll(at: request.since)
                dates = ScheduledDates(second, after: request.since)
                for event in events where event.at >= request.since {
                    try access.run(dates.next(to: event.at), rounds: Self.roundLimit)
                    try access.replay(event)
                }
                try access.run(dates.next(to: request.now), rounds: Self.roundLimit)
                try access.advanceAll(to: request.now, rounds: Self.roundLimit)
                throw TakenBack(
                    results: try lives.map {
                        try access.result(of: $0.person.id, request, second, mailing)
                    })
            }
            return []
        } catch let undone as TakenBack {
            return undone.results
        }
    }
}

extension LoopRules {
    /// As the store declares them.
    fileprivate var columns: [FieldColumn] {
        fields.values.map {
            FieldColumn(name: $0.name, type: $0.type, halfLife: $0.halfLife, cap: $0.cap)
        }.sorted { $0.name < $1.name }
    }
}

extension WriteAccess {
    fileprivate func seedAll(at now: Instant) throws {
        while try seed(at: now, limit: 1000) {}
    }

    /// Runs what stands at dates, one after the other.
    fileprivate func run(_ dates: [Instant], rounds: Int) throws {
        for date in dates {
            try advanceAll(to: date, rounds: rounds)
            try seedAll(at: date)
        }
    }

    fileprivate func advanceAll(to now: Instant, rounds: Int) throws {
        for _ in 0..<rounds where try advance(to: now, limit: 1000) == 0 { return }
    }

    /// An event as it came, without the notes of what it set off then.
    fileprivate func replay(_ event: EventRecord) throws {
        var event = event
        if var data = event.data.object {
            data["blocked"] = nil
            data["errors"] = nil
            event.data = .object(data)
        }
        if let topic = event.data["topic"]?.string, event.kind == .unsubscribe {
            try set(topic: topic, subscribed: false, of: event.profile, at: event.at)
        } else if let status = ReplayedLife.lost(by: event) {
            try restrict(event.profile, to: status, at: event.at)
        }
        try record(event)
    }

    fileprivate func result(
        of profile: Int64, _ request: ReplayRequest, _ rules: LoopRules,
        _ asked: CompiledMailing?
    ) throws -> ReplaySide.Result {
        var result = ReplaySide.Result()
        var last: DeliveryRecord?
        for delivery in try deliveries(profile: profile)
        where !delivery.isRestored && delivery.created >= request.since {
            let name = try mailing(delivery.mailing)?.name ?? ""
            result.sends[name, default: 0] += 1
            if name == asked?.name { last = delivery }
        }
        let columns = try fieldColumns()
        guard let record = try self.profile(profile, fields: columns.values) else { return result }
        for (name, value) in record.fields where value != .missing && rules.fields[name] != nil {
            result.fields[name] = value
            guard let column = columns[name], column.type == .score,
                case .number(let sum) = value
            else { continue }
            let points = Score(sum: sum, scale: column.scale).value(at: request.now)
            // The last digits depend on how a score is kept.
            result.fields[name] = .number((points * 1e6).rounded() / 1e6)
        }
        for tag in record.tags { result.fields["tag \(tag)"] = .flag(true) }
        for topic in rules.topics.keys where try isSubscribed(profile, topic: topic) {
            result.fields["topic \(topic)"] = .flag(true)
        }
        for segment in try segments(of: profile, columns, rules, at: request.now) {
            result.fields["segment \(segment)"] = .flag(true)
        }
        if let asked {
            result.prospect = try prospect(
                of: profile, asked, sent: last, columns, at: request.now)
        }
        return result
    }

    /// What somebody would get of a mailing who is in its audience, or to whom it was `sent`.
    private func prospect(
        of profile: Int64, _ mailing: CompiledMailing, sent: DeliveryRecord?,
        _ columns: [String: FieldColumn], at now: Instant
    ) throws -> Prospect {
        let matter = mailing.frontMatter
        let mayGet =
            if mailing.audience == nil {
                sent != nil
            } else {
                try block(profile: profile, kind: matter.kind, topic: matter.topic) == nil
            }
        let selection = FieldSelection(columns, standards: mailing.rules.standards)
        guard mayGet, let person = try StoredPerson(profile, selection, from: self) else {
            return .nothing
        }
        if let sent { person.add(try eventValues(of: sent.id, mailing.rules)) }
        return try mailing.prospect(of: person, at: now)
    }

    /// The segments that a person is in; one that cannot be calculated is none.
    private func segments(
        of profile: Int64, _ columns: [String: FieldColumn], _ rules: LoopRules, at now: Instant
    ) throws -> [String] {
        let selection = FieldSelection(columns, standards: rules.standards)
        guard let person = try StoredPerson(profile, selection, from: self) else { return [] }
        let conditions = rules.conditions
        let evaluator = Evaluator(person, now: now, segments: conditions)
        let found = conditions.filter { (try? evaluator.holds($0.value)) == true }.keys
        if let failure = person.failure { throw failure }
        return Array(found)
    }
}

/// The dates at which actions on a schedule run, in the order of time.
private struct ScheduledDates {
    private let recurrences: [Recurrence]
    private let zone: Zone
    private var coming: Instant?

    init(_ rules: LoopRules, after start: Instant) {
        recurrences = rules.actions.values.compactMap(\.schedule?.recurrence)
        zone = rules.zone
        coming = date(after: start)
    }

    private func date(after t: Instant) -> Instant? {
        recurrences.map { $0.next(after: t, in: zone) }.min()
    }

    /// Those up to an instant that were not asked for before.
    mutating func next(to end: Instant) -> [Instant] {
        var dates: [Instant] = []
        while let date = coming, date <= end {
            dates.append(date)
            coming = self.date(after: date)
        }
        return dates
    }
}
