import Core
import Expression
import Rules
import Store

/// Actions that run for everybody at dates, chunk by chunk: how far a date has come is kept in the
/// transaction of each chunk, so a kill neither leaves anybody out nor repeats anything.
extension Reactions {
    /// Runs what is due for the next people. Returns whether more is left.
    func runScheduled(at now: Instant, limit: Int, in access: WriteAccess) throws -> Bool {
        let plan = plan
        guard !plan.scheduled.isEmpty else { return false }
        let known = Dictionary(
            uniqueKeysWithValues: try access.loopWatches().map { ($0.name, $0) })
        for (watch, action) in plan.scheduled.sorted(by: { $0.key < $1.key }) {
            guard let schedule = action.schedule else { continue }
            let zone = plan.rules.zone
            var run = ScheduledRun(known[watch], schedule.recurrence, in: zone, at: now)
            let isDue = run.begin(at: now, in: zone)
            if isDue {
                let last = try access.lastProfileID()
                let end = min(run.position + Int64(limit), last)
                if end > run.position {
                    try self.run(action, for: (run.position + 1)...end, plan, now, access)
                }
                run.advance(to: end, of: last, in: zone)
            }
            if run.watch(watch) != known[watch] { try access.set(run.watch(watch)) }
            if isDue { return true }
        }
        return false
    }

    private func run(
        _ action: ActionRule, for ids: ClosedRange<Int64>, _ plan: Plan, _ now: Instant,
        _ access: WriteAccess
    ) throws {
        let (fields, _) = try selection(plan, in: access)
        for person in try access.people(in: ids, fields) {
            do {
                try access.attempt {
                    let cause = Cause(profile: person.profile, at: now, in: access)
                    try Reaction(cause: cause, plan: plan, station: self, access: access)
                        .runScheduled(action)
                }
            } catch let error as StoreError where !error.isPassing {
                log(.error, "loop: action \(action.name) for profile \(person.profile): \(error)")
            }
        }
    }
}

extension Reaction {
    fileprivate func runScheduled(_ action: ActionRule) throws {
        try station.catchUp(self)
        guard let person = try person() else { return }
        if let condition = action.schedule?.condition {
            do throws(ExpressionError) {
                let evaluator = Evaluator(person, now: cause.at, segments: plan.conditions)
                guard try evaluator.holds(condition) else { return }
            } catch {
                return try cause.note("\(action.name): \(error.message)", in: "errors")
            }
            if let failure = person.failure { throw failure }
        }
        try run(.named(action), depth: 0)
    }
}

/// How far the dates of one action have come, as `loop_watch` keeps it: the schedule and the next
/// date in its definition, the last profile done in `seeded`.
private struct ScheduledRun {
    private let recurrence: Recurrence
    private var due: Instant
    private(set) var position: Int64

    /// A schedule that is new or was changed begins with its next date.
    init(_ watch: LoopWatch?, _ recurrence: Recurrence, in zone: Zone, at now: Instant) {
        self.recurrence = recurrence
        let parts = watch?.definition.split(separator: "|") ?? []
        if let watch, parts.count == 2, parts[0] == recurrence.description,
            let milliseconds = Int64(parts[1])
        {
            due = Instant(milliseconds: milliseconds)
            position = watch.seeded
        } else {
            due = recurrence.next(after: now, in: zone)
            position = 0
        }
    }

    /// Whether there is something to do. Of dates that were missed only the latest is made up for,
    /// and not when it is long past.
    mutating func begin(at now: Instant, in zone: Zone) -> Bool {
        guard due <= now else { return false }
        guard position == 0 else { return true }
        due = recurrence.latest(from: due, notAfter: now, in: zone)
        guard now - due <= Recurrence.grace else {
            due = recurrence.next(after: now, in: zone)
            return false
        }
        return true
    }

    mutating func advance(to end: Int64, of last: Int64, in zone: Zone) {
        position = end
        guard end >= last else { return }
        due = recurrence.next(after: due, in: zone)
        position = 0
    }

    func watch(_ name: String) -> LoopWatch {
        LoopWatch(
            name: name, definition: "\(recurrence)|\(due.milliseconds)", seeded: position)
    }
}
