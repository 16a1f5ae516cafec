internal import Core
internal import Expression
internal import Rules
internal import Store
internal import Threads

/// Makes the delivery rows of mailings that were released, a range of profiles at a time. One
/// thread.
final class Planner {
    private let store: Store
    private let reader: ReadAccess
    private let composer: any Composer
    private let outbox: Outbox
    private let places: Places
    private let surroundings: Surroundings
    /// Profile ids a chunk; adapts to what 20 ms allow.
    private var span = 1000

    init(
        store: Store, reader: ReadAccess, composer: any Composer, outbox: Outbox, places: Places,
        surroundings: Surroundings
    ) {
        self.store = store
        self.reader = reader
        self.composer = composer
        self.outbox = outbox
        self.places = places
        self.surroundings = surroundings
    }

    func run() {
        WorkThread.giveWay()
        while !outbox.isStopping {
            do {
                if try !plan() { places.waitForNudge(milliseconds: 100) }
            } catch {
                surroundings.log(.error, "cannot plan: \(error)")
                places.waitForNudge(milliseconds: 1000)
            }
        }
    }

    /// One chunk of every mailing that is not planned; whether there was one.
    private func plan() throws -> Bool {
        let open = try reader.mailings(in: .running).filter {
            !$0.isPlanned && $0.runningVersion != nil
        }
        for mailing in open where !outbox.isStopping { try plan(mailing) }
        return !open.isEmpty
    }

    private func plan(_ mailing: MailingRecord) throws {
        guard let id = mailing.runningVersion, let version = try reader.version(id) else { return }
        let now = surroundings.clock()
        let found: CompiledCondition?
        do {
            found = try composer.audience(of: version, in: reader, at: now)
        } catch {
            let reason = "its version cannot be read: \(error)"
            surroundings.log(.error, "mailing \(mailing.name) is paused: \(reason)")
            return try store.write(.control) { try $0.pause(mailing.name, reason: reason) }
        }
        if mailing.plannedTo == 0 { try warn(mailing, found) }
        let stagger = try composer.terms(of: version).stagger
        let part = mailing.stage == .whole ? stagger : nil
        let (size, audience) = (
            span,
            try part.map { try Self.first($0, of: mailing, in: found?.holds, at: now) }
                ?? found?.holds
        )
        let milliseconds: Int64 = try store.write(.bulk) { access in
            let start = MonotonicTime.now()
            _ = try access.plan(
                mailing: mailing.id, audience: audience, span: Int64(size),
                isFirstPart: part != nil, at: now)
            return MonotonicTime.now().milliseconds(since: start)
        }
        if milliseconds > 20 { span = max(100, span / 2) }
        if milliseconds < 8 { span = min(50_000, span * 2) }
        places.nudge()
    }

    /// Those of an audience who get it first: a stable part of all profiles, another for each run.
    private static func first(
        _ stagger: Stagger, of mailing: MailingRecord, in audience: SQLCondition?, at now: Instant
    ) throws -> SQLCondition {
        let percent = stagger.share * 100
        let condition = try Expression.condition(
            "sample(\(percent)%, \"run \(mailing.id) \(mailing.occasion.text)\")", Vocabulary())
        let part = try ConditionCompiler(LoopRules(), columns: [:], now: now)
            .compile(condition).holds
        guard let audience else { return part }
        return SQLCondition(
            sql: "(\(audience.sql)) AND \(part.sql)", values: audience.values + part.values)
    }

    /// People for whom the condition cannot be calculated are left out, but not in silence.
    private func warn(_ mailing: MailingRecord, _ audience: CompiledCondition?) throws {
        guard let fails = audience?.fails else { return }
        let count = try reader.count(fails)
        guard count > 0 else { return }
        surroundings.log(
            .warning,
            "mailing \(mailing.name): the audience cannot be calculated for \(count) profiles")
    }
}
