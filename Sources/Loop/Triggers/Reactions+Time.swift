import Core
import Expression
import Rules
import Store

/// What time alone brings about.
///
/// Each instant that is due is judged as of itself, in the order of time, however late that is: a
/// person who entered and left a segment while the daemon was down has done both.
extension Reactions {
    /// Does what is due for people up to `now`, at most `limit` of it and one thing a person, so
    /// that what it brings about takes its turn too.
    package func advance(to now: Instant, limit: Int, in access: WriteAccess) throws -> Int {
        var seen: Set<Int64> = []
        var done = 0
        let plan = plan
        for due in try access.dueWatches(until: now, limit: limit)
        where seen.insert(due.profile).inserted {
            done += 1
            do {
                try access.attempt {
                    let cause = Cause(profile: due.profile, at: due.at, in: access)
                    let dues = try access.dueWatches(of: due.profile, until: due.at)
                    try Reaction(cause: cause, plan: plan, station: self, access: access)
                        .take(dues)
                }
            } catch let error as StoreError where !error.isPassing {
                log(.error, "loop: \(due.watch) of profile \(due.profile): \(error)")
                try access.removeWatch(due.watch, of: due.profile)
            }
        }
        return done
    }

    /// Does what is due for a person before something happens to her: the loop's thread may be
    /// behind. What should be done within a time may be done at its very end.
    func catchUp(_ reaction: Reaction) throws {
        let cause = reaction.cause
        guard try reaction.access.mayBeDue(until: cause.at) else { return }
        // What comes about may be due at once in turn, but not without end.
        for _ in 0..<1000 {
            let dues = try reaction.access.dueWatches(of: cause.profile, until: cause.at)
                .filter { $0.at < cause.at || !reaction.isDeadline($0) }
            guard let first = dues.first else { return }
            let earlier = Cause(profile: first.profile, at: first.at, in: reaction.access)
            try Reaction(
                cause: earlier, plan: reaction.plan, station: self, access: reaction.access
            ).take(dues.filter { $0.at == first.at })
        }
    }
}

extension Reaction {
    func isDeadline(_ due: DueWatch) -> Bool {
        guard case .trigger(let name)? = Watch(due.watch), let place = plan.places[name] else {
            return false
        }
        return plan.rules.triggers[place].condition.patience != nil
    }

    /// Takes watches of one instant from the queue, does what has come about, and queues the next
    /// looks. All of them see the person as she was when the instant came.
    func take(_ dues: [DueWatch]) throws {
        guard let person = try person() else {
            return try access.forgetWatches(of: cause.profile)
        }
        var fired: [(place: Int, outcome: TriggerRule.Outcome, mark: TriggerMark)] = []
        var delayed: [(rule: ActionRule, firing: Occasion, event: Int64?)] = []
        var entered: [String] = []
        var sequences: [String] = []
        for due in dues {
            try access.removeWatch(due.watch, of: due.profile)
            switch Watch(due.watch) {
            case .segment(let name):
                for place in try triggers(movedBy: name, person, entering: &entered) {
                    fired.append(try firing(of: place))
                }
            case .trigger(let name):
                guard let place = plan.places[name] else { continue }
                if let found = try look(place, person) { fired.append(found) }
            case .run(let name, let firing):
                guard let place = plan.places[name],
                    case .run(let action) = plan.rules.triggers[place].consequence,
                    let rule = plan.rules.actions[action]
                else { continue }
                delayed.append((rule, .trigger(name, firing: firing), due.event))
            case .sequence(let name): sequences.append(name)
            case .schedule, nil: continue
            }
        }
        if let failure = person.failure { throw failure }
        for (rule, firing, event) in delayed where try !runDelayed(rule, since: event) {
            try access.giveBack(firing, of: cause.profile)
        }
        for (place, outcome, mark) in fired.sorted(by: { $0.place < $1.place }) {
            try carryOut(plan.rules.triggers[place], outcome, was: mark, depth: 0)
        }
        for name in sequences { try goOn(in: name) }
        try enterSequences(entered.map { .segment($0) })
        try settle()
    }

    /// Runs an action that waited, about the event behind it as long as that is known. False: it
    /// could not be calculated, or the event turned out to be a machine's.
    private func runDelayed(_ rule: ActionRule, since event: Int64?) throws -> Bool {
        guard let event = try event.flatMap({ try access.event($0) }) else {
            return try run(.named(rule), depth: 1) != .failed
        }
        guard event.isPersons else { return false }
        let values = try access.values(of: event, plan.rules)
        let later = Cause(event, values: values, later: cause.at, in: access)
        return try Reaction(cause: later, plan: plan, station: station, access: access)
            .run(.named(rule), depth: 1) != .failed
    }

    /// Whether a trigger's time has come, and queues its next look.
    private func look(
        _ place: Int, _ person: Person
    ) throws -> (place: Int, outcome: TriggerRule.Outcome, mark: TriggerMark)? {
        let trigger = plan.rules.triggers[place]
        switch trigger.condition {
        case .reaches(let field, let threshold), .fallsBelow(let field, let threshold):
            guard let condition = plan.fading[place] else { return nil }
            try queueFading(condition, trigger, person)
            // Time took the score over the threshold, if this is the millisecond at which it did.
            let before = person.reading(of: field, threshold, at: cause.at - .milliseconds(1))
            let after = person.reading(of: field, threshold, at: cause.at)
            guard trigger.crosses(before, after) else { return nil }
            let mark = try access.triggerMark(trigger.name, of: cause.profile)
            return (
                place, trigger.outcome(before: before, after: after, mark: mark, at: cause.at), mark
            )
        case .anniversary, .after:
            guard let date = DateTrigger(trigger.condition) else { return nil }
            let isNow = next(of: date, person, from: cause.at) == cause.at
            try queue(date, of: trigger, person, from: cause.at + .milliseconds(1))
            return isNow ? try firing(of: place) : nil
        case .notOpened(let mailing, let span):
            let isLate = try isOver(place, person, Behaviour(.opened, mailing: mailing), span)
            return isLate ? try firing(of: place) : nil
        case .notClicked(let mailing, let span):
            let isLate = try isOver(place, person, Behaviour(.clicked, mailing: mailing), span)
            return isLate ? try firing(of: place) : nil
        case .entered, .left: return nil
        }
    }

    private func firing(
        of place: Int
    ) throws(StoreError) -> (place: Int, outcome: TriggerRule.Outcome, mark: TriggerMark) {
        let trigger = plan.rules.triggers[place]
        let mark = try access.triggerMark(trigger.name, of: cause.profile)
        return (place, trigger.outcome(mark: mark, at: cause.at), mark)
    }

    /// Whether the mailing came exactly so long ago and nothing was done about it since.
    private func isOver(
        _ place: Int, _ person: Person, _ behaviour: Behaviour, _ span: TimeSpan
    ) throws(StoreError) -> Bool {
        let sent = cause.at - span
        let mailing = behaviour.mailing
        let later = try access.firstInstant(
            of: .send, mailing: mailing, profile: cause.profile, after: sent)
        if let later {
            let watch = Watch.trigger(plan.rules.triggers[place].name).text
            try access.setWatch(
                DueWatch(profile: cause.profile, watch: watch, at: later + span))
        }
        let came = person.instants(
            of: Behaviour(.received, mailing: mailing), from: sent, through: sent, limit: 1)
        let done = person.instants(of: behaviour, from: sent, through: cause.at, limit: 1)
        return !came.isEmpty && done.isEmpty
    }
}
