import Core
import Expression
import Rules
import Store

extension Reaction {
    /// Settles what was noted of the person and not been settled with an action.
    func settle() throws {
        if let change = access.takeChange(of: cause.profile) { try settle(change) }
    }

    func settle(_ change: ProfileChange) throws {
        guard let person = try person() else {
            return try access.forgetWatches(of: cause.profile)
        }
        try settle(change, person, depth: 0)
    }

    /// Looks at a profile that an import or a command has added: what it brings along has not come
    /// about, for triggers and for sequences.
    func begin(_ change: ProfileChange) throws {
        guard let person = try person() else { return }
        var entered: [String] = []
        for place in try touched(by: change, person, entering: &entered) {
            _ = try outcome(of: plan.rules.triggers[place], at: place, change, person)
        }
    }

    /// Compares the state before a change with the person as she stands after it, and fires what
    /// has been crossed, in the order of the files; sequences begin after that.
    func settle(_ change: ProfileChange, _ after: Person, depth: Int) throws {
        var fired: [(place: Int, outcome: TriggerRule.Outcome, mark: TriggerMark)] = []
        var entered: [String] = []
        for place in try touched(by: change, after, entering: &entered) {
            let trigger = plan.rules.triggers[place]
            guard let (outcome, mark) = try outcome(of: trigger, at: place, change, after) else {
                continue
            }
            fired.append((place, outcome, mark))
        }
        if let failure = after.failure { throw failure }
        for (place, outcome, mark) in fired.sorted(by: { $0.place < $1.place }) {
            try carryOut(plan.rules.triggers[place], outcome, was: mark, depth: depth)
        }
        try enterSequences(entered.map { .segment($0) } + topicEntries(by: change, after))
    }

    /// Fires, and uses it up unless what followed was blocked.
    func carryOut(
        _ trigger: TriggerRule, _ outcome: TriggerRule.Outcome, was mark: TriggerMark, depth: Int
    ) throws {
        if let firing = outcome.firing {
            // Before what follows, which may fire it again.
            try access.set(outcome.mark, of: trigger.name, profile: cause.profile)
            if try !follow(trigger, firing: firing, depth: depth) {
                try access.set(outcome.blocked, of: trigger.name, profile: cause.profile)
            }
        } else if outcome.mark != mark {
            try access.set(outcome.mark, of: trigger.name, profile: cause.profile)
        }
    }

    // MARK: What a change touches

    /// The triggers that it may fire; those on segments only where somebody came or went.
    private func touched(
        by change: ProfileChange, _ after: Person, entering entered: inout [String]
    ) throws -> [Int] {
        var places: Set<Int> = []
        for aspect in change.aspects {
            switch aspect {
            case .field(let name): places.formUnion(plan.triggersOfField[name] ?? [])
            case .event(.send, let mailing?): try expect(mailing)
            case .creation: places.formUnion(plan.dateTriggers)
            default: continue
            }
        }
        var names: [Int64: String] = [:]
        for case .event(_, let id?) in change.aspects {
            names[id] = try station.mailingName(id, in: access)
        }
        let segments = plan.segments(touchedBy: change.aspects) { names[$0] }
        for segment in segments.sorted() {
            places.formUnion(try triggers(movedBy: segment, after, entering: &entered))
        }
        return places.sorted()
    }

    /// The mailing arrived: what is not done within a time counts from now.
    private func expect(_ mailing: Int64) throws {
        guard let name = try station.mailingName(mailing, in: access) else { return }
        for place in plan.triggersOfMailing[name] ?? [] {
            let trigger = plan.rules.triggers[place]
            guard let span = trigger.condition.patience else { continue }
            try access.queueWatch(
                DueWatch(
                    profile: cause.profile, watch: Watch.trigger(trigger.name).text,
                    at: cause.at + span))
        }
    }

    /// Looks whether the person is in a segment, keeps that, and returns the triggers that wait
    /// for her to have come or gone; adds the segment to `entered` when she has come.
    func triggers(
        movedBy segment: String, _ person: Person, entering entered: inout [String]
    ) throws -> [Int] {
        let watch = Watch.segment(segment)
        guard plan.watches[watch.text] != nil, let condition = plan.conditions[segment] else {
            return []
        }
        let evaluation: Evaluation
        do throws(ExpressionError) {
            evaluation = try Evaluator(person, now: cause.at, segments: plan.conditions)
                .evaluate(condition)
        } catch {
            try cause.note("segment \(segment): \(error.message)", in: "errors")
            return []
        }
        if let failure = person.failure { throw failure }
        if let until = evaluation.until {
            try access.queueWatch(
                DueWatch(profile: cause.profile, watch: watch.text, at: until))
        }
        guard try access.isMember(cause.profile, of: segment) != evaluation.holds else {
            return []
        }
        try access.set(member: evaluation.holds, of: segment, profile: cause.profile)
        guard try station.isSeeded(cause.profile, for: watch, plan, in: access) else { return [] }
        if evaluation.holds { entered.append(segment) }
        return (plan.triggersOfSegment[segment] ?? []).filter { place in
            if case .entered = plan.rules.triggers[place].condition { return evaluation.holds }
            return !evaluation.holds
        }
    }

    /// What a change means for a trigger, and the mark as it was; nil: nothing.
    private func outcome(
        of trigger: TriggerRule, at place: Int, _ change: ProfileChange, _ after: Person
    ) throws -> (TriggerRule.Outcome, TriggerMark)? {
        switch trigger.condition {
        case .reaches(let field, let threshold), .fallsBelow(let field, let threshold):
            if let condition = plan.fading[place] {
                try queueFading(condition, trigger, after)
            }
            guard !change.isNew, let stored = change.before[field] else { return nil }
            let before = after.reading(of: field, stored: stored, threshold, at: cause.at)
            let now = after.reading(of: field, threshold, at: cause.at)
            guard trigger.rearm != nil || trigger.crosses(before, now) else { return nil }
            let mark = try access.triggerMark(trigger.name, of: cause.profile)
            return (trigger.outcome(before: before, after: now, mark: mark, at: cause.at), mark)
        case .anniversary, .after:
            try expectDate(of: trigger, change, after)
            return nil
        case .entered, .left:
            let mark = try access.triggerMark(trigger.name, of: cause.profile)
            return (trigger.outcome(mark: mark, at: cause.at), mark)
        case .notOpened, .notClicked: return nil
        }
    }

    /// Queues the instant at which time alone takes a score over the threshold.
    func queueFading(_ condition: Expression, _ trigger: TriggerRule, _ person: Person) throws {
        let evaluation = try? Evaluator(person, now: cause.at).evaluate(condition)
        guard let until = evaluation?.until else { return }
        try access.queueWatch(
            DueWatch(
                profile: cause.profile, watch: Watch.trigger(trigger.name).text, at: until))
    }

    private func expectDate(
        of trigger: TriggerRule, _ change: ProfileChange, _ after: Person
    ) throws {
        guard let date = DateTrigger(trigger.condition) else { return }
        if !change.isNew, change.before[Plan.zoneField] == nil,
            change.before[date.field] == after.stored(date.field)
        {
            return
        }
        try queue(date, of: trigger, after, from: cause.at)
    }

    /// Queues the next time a date comes round, at `start` or later, and nothing where there is
    /// none.
    func queue(
        _ date: DateTrigger, of trigger: TriggerRule, _ person: Person, from start: Instant
    ) throws {
        let watch = Watch.trigger(trigger.name).text
        if let next = next(of: date, person, from: start) {
            try access.setWatch(DueWatch(profile: cause.profile, watch: watch, at: next))
        } else {
            try access.removeWatch(watch, of: cause.profile)
        }
    }

    func next(of date: DateTrigger, _ person: Person, from start: Instant) -> Instant? {
        guard case .date(let value) = person.value(of: date.field) else { return nil }
        var recipient = plan.rules.zone
        if case .text(let name) = person.value(of: Plan.zoneField),
            let zone = station.zone(named: name)
        {
            recipient = zone
        }
        return date.next(
            of: value, from: start, configured: plan.rules.zone, recipient: recipient)
    }
}

extension TriggerRule.Condition {
    /// Within what something should have been done.
    var patience: TimeSpan? {
        switch self {
        case .notOpened(_, let span), .notClicked(_, let span): span
        default: nil
        }
    }
}
