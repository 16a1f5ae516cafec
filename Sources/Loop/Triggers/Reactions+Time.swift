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
                    try Reaction(cause: cause, plan: plan, station: self, access: access)
                        .take(due)
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
        // What comes about may be due at once in turn, but not without end.
        for _ in 0..<1000 {
            let due = try reaction.access.dueWatches(of: cause.profile, until: cause.at)
                .first { $0.at < cause.at || !reaction.isDeadline($0) }
            guard let due else { return }
            let earlier = Cause(profile: due.profile, at: due.at, in: reaction.access)
            try Reaction(
                cause: earlier, plan: reaction.plan, station: self, access: reaction.access
            ).take(due)
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

    /// Takes a watch from the queue, does what has come about, and queues the next look.
    func take(_ due: DueWatch) throws {
        try access.removeWatch(due.watch, of: due.profile)
        guard let watch = Watch(due.watch) else { return }
        guard let person = try person(tags: false) else {
            return try access.forgetWatches(of: due.profile)
        }
        switch watch {
        case .segment(let name):
            for place in try triggers(movedBy: name, person) { try fire(place) }
        case .trigger(let name):
            guard let place = plan.places[name] else { return }
            try take(place, person)
        case .run(let name, _):
            guard let place = plan.places[name],
                case .run(let action) = plan.rules.triggers[place].consequence,
                let rule = plan.rules.actions[action]
            else { return }
            try run(.named(rule), depth: 1)
        case .sequence(let name): try goOn(in: name)
        }
        try settle()
    }

    private func take(_ place: Int, _ person: Person) throws {
        let trigger = plan.rules.triggers[place]
        switch trigger.condition {
        case .reaches(let field, let threshold), .fallsBelow(let field, let threshold):
            guard let condition = plan.fading[place] else { return }
            try queueFading(condition, trigger, person)
            try fade(
                trigger, place, person.reading(of: field, threshold, at: cause.at),
                before: person.reading(of: field, threshold, at: cause.at - .milliseconds(1)))
        case .anniversary, .after:
            guard let date = DateTrigger(trigger.condition) else { return }
            let isNow = next(of: date, person, from: cause.at) == cause.at
            try queue(date, of: trigger, person, from: cause.at + .milliseconds(1))
            if isNow { try fire(place) }
        case .notOpened(let mailing, let span):
            try judge(place, person, Behaviour(.opened, mailing: mailing), within: span)
        case .notClicked(let mailing, let span):
            try judge(place, person, Behaviour(.clicked, mailing: mailing), within: span)
        case .entered, .left: return
        }
    }

    /// Time took a score over the threshold, if this is the millisecond at which it did.
    private func fade(
        _ trigger: TriggerRule, _ place: Int, _ after: Reading, before: Reading
    ) throws {
        guard trigger.crosses(before, after) else { return }
        let mark = try access.triggerMark(trigger.name, of: cause.profile)
        let outcome = trigger.outcome(before: before, after: after, mark: mark, at: cause.at)
        try carryOut(trigger, outcome, was: mark, depth: 0)
    }

    /// Fires when the mailing came exactly so long ago and nothing was done about it since.
    private func judge(
        _ place: Int, _ person: Person, _ behaviour: Behaviour, within span: TimeSpan
    ) throws {
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
        if let failure = person.failure { throw failure }
        if !came.isEmpty, done.isEmpty { try fire(place) }
    }

    private func fire(_ place: Int) throws {
        let trigger = plan.rules.triggers[place]
        let mark = try access.triggerMark(trigger.name, of: cause.profile)
        try carryOut(trigger, trigger.outcome(mark: mark, at: cause.at), was: mark, depth: 0)
    }
}
