import Core
import Expression
import Rules
import Store

/// Rules that are new look at every profile once, without firing for those who are inside already.
extension Reactions {
    package func seed(at now: Instant, limit: Int, in access: WriteAccess) throws -> Bool {
        let isRunning = try runScheduled(at: now, limit: limit, in: access)
        return try seedNew(at: now, limit: limit, in: access) || isRunning
    }

    private func seedNew(at now: Instant, limit: Int, in access: WriteAccess) throws -> Bool {
        let plan = plan
        defer { forgetSeeded() }
        var unfinished: [LoopWatch] = []
        let known = Dictionary(
            uniqueKeysWithValues: try access.loopWatches().map { ($0.name, $0) })
        for name in known.keys where plan.watches[name] == nil && plan.scheduled[name] == nil {
            try access.forgetWatch(name)
        }
        for (name, definition) in plan.watches {
            if let watch = known[name], watch.definition == definition {
                if watch.seeded < .max { unfinished.append(watch) }
            } else {
                let watch = LoopWatch(name: name, definition: definition, seeded: 0)
                try access.set(watch)
                unfinished.append(watch)
            }
        }
        guard let start = unfinished.map(\.seeded).min() else { return false }
        let last = try access.lastProfileID()
        let end = min(start + Int64(limit), last)
        let group = unfinished.filter { $0.seeded == start }.sorted { $0.name < $1.name }
        if end > start {
            let (fields, _) = try selection(plan, in: access)
            for person in try access.people(in: (start + 1)...end, fields) {
                try seed(person, group, plan, at: now, in: access)
            }
        }
        for var watch in group {
            watch.seeded = end >= last ? .max : end
            try access.set(watch)
        }
        return true
    }

    private func seed(
        _ person: StoredPerson, _ group: [LoopWatch], _ plan: Plan, at now: Instant,
        in access: WriteAccess
    ) throws {
        let (_, scales) = try selection(plan, in: access)
        let draft = Draft(
            person, rules: plan.rules, conditions: plan.conditions, scales: scales)
        let cause = Cause(profile: person.profile, at: now, in: access)
        let reaction = Reaction(cause: cause, plan: plan, station: self, access: access)
        for watch in group {
            switch Watch(watch.name) {
            case .segment(let name):
                var entered: [String] = []
                _ = try reaction.triggers(movedBy: name, draft, entering: &entered)
            case .trigger(let name):
                guard let place = plan.places[name] else { continue }
                try reaction.seed(place, draft)
            case .run, .sequence, .schedule, nil: continue
            }
        }
    }
}

extension Reaction {
    /// Queues the first look at a trigger.
    fileprivate func seed(_ place: Int, _ person: Person) throws {
        let trigger = plan.rules.triggers[place]
        switch trigger.condition {
        case .reaches, .fallsBelow:
            if let condition = plan.fading[place] { try queueFading(condition, trigger, person) }
        case .anniversary, .after:
            if let date = DateTrigger(trigger.condition) {
                try queue(date, of: trigger, person, from: cause.at)
            }
        case .notOpened(let mailing, let span), .notClicked(let mailing, let span):
            let sent = try access.firstInstant(
                of: .send, mailing: mailing, profile: cause.profile, after: cause.at - span)
            if let sent {
                try access.queueWatch(
                    DueWatch(
                        profile: cause.profile, watch: Watch.trigger(trigger.name).text,
                        at: sent + span))
            }
        case .entered, .left: return
        }
    }
}
