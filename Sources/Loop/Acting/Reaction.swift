import Core
import Expression
import Rules
import Store

/// One event's actions, inside its transaction.
struct Reaction {
    let event: EventRecord
    let rules: LoopRules
    let access: WriteAccess

    /// Runs an action, all of it or nothing, and then what its changes trigger.
    func run(_ binding: ActionBinding, depth: Int) throws {
        guard depth < Reactions.maximumDepth else {
            return try access.note("triggers run actions too deeply", in: "errors", of: event.id)
        }
        let name = binding.name
        var mark: (scope: String, once: ActionRule.Once)?
        if case .named(let action) = binding, let once = action.once {
            let scope = once.scope(mailing: event.mailing, at: event.at, zone: rules.zone)
            let last = try access.actionMark(name, scope: scope, of: event.profile)
            if let last, once.forbids(last: last, at: event.at) { return }
            mark = (scope, once)
        }
        let columns = try access.fieldColumns()
        guard
            let person = try StoredPerson(
                event.profile, columns: columns, standards: rules.standards, from: access)
        else { return }
        let before = Draft(person, rules: rules, scales: columns.mapValues(\.scale))
        var draft = before
        do throws(ExpressionError) {
            for operation in binding.operations { try draft.perform(operation, at: event.at) }
        } catch {
            return try access.note("\(name): \(error.message)", in: "errors", of: event.id)
        }
        if let failure = person.failure { throw failure }
        try write(draft, columns)
        for send in draft.sends { try self.send(send, of: name) }
        if let mark {
            try access.mark(action: name, scope: mark.scope, of: event.profile, at: event.at)
        }
        try fire(before, draft, depth: depth)
    }

    private func write(_ draft: Draft<StoredPerson>, _ columns: [String: FieldColumn]) throws {
        let values = draft.fields.compactMap { name, value in columns[name].map { ($0, value) } }
        try access.set(values, of: event.profile, at: event.at)
        for (tag, isSet) in draft.tags.sorted(by: { $0.key < $1.key }) {
            if isSet {
                try access.tag(event.profile, tag)
            } else {
                try access.untag(event.profile, tag)
            }
        }
        for (topic, subscribed) in draft.topics.sorted(by: { $0.key < $1.key }) {
            try access.set(
                topic: topic, subscribed: subscribed, of: event.profile, at: event.at)
        }
    }

    // MARK: Triggers

    private func fire(
        _ before: Draft<StoredPerson>, _ after: Draft<StoredPerson>, depth: Int
    ) throws {
        for trigger in rules.triggers {
            guard let field = trigger.field, after.fields[field] != nil else { continue }
            let mark = try access.triggerMark(trigger.name, of: event.profile)
            let outcome = trigger.outcome(
                before: before.number(of: field, at: event.at),
                after: after.number(of: field, at: event.at), mark: mark, at: event.at)
            if let firing = outcome.firing {
                guard try follow(trigger, firing: firing, depth: depth) else { continue }
            }
            if outcome.mark != mark {
                try access.set(outcome.mark, of: trigger.name, profile: event.profile)
            }
        }
    }

    /// Does what a trigger asks for; false when that was blocked, which uses nothing up.
    private func follow(_ trigger: TriggerRule, firing: Int, depth: Int) throws -> Bool {
        switch trigger.consequence {
        case .send(let mailing):
            return try queue(
                mailing, occasion: .trigger(trigger.name, firing: firing), after: trigger.after,
                by: "trigger \(trigger.name)")
        case .run(let name):
            guard let action = rules.actions[name] else { return false }
            try run(.named(action), depth: depth + 1)
            return true
        }
    }

    // MARK: Sends

    private func send(_ send: Draft<StoredPerson>.Send, of action: String) throws {
        _ = try queue(
            send.mailing, occasion: .action(action, event: event.id), after: send.after,
            by: "action \(action)")
    }

    /// Queues a mailing for this person unless status, topic, suppression or its state forbid
    /// it, which is noted on the event.
    private func queue(
        _ name: String, occasion: Occasion, after: TimeSpan, by cause: String
    ) throws(StoreError) -> Bool {
        func blocked(_ reason: String) throws(StoreError) -> Bool {
            try access.note("\(cause), \(name): \(reason)", in: "blocked", of: event.id)
            return false
        }
        guard let mailing = try access.mailing(named: name), let active = mailing.activeVersion,
            let version = try access.version(active)
        else { return try blocked("there is no such mailing") }
        guard mailing.state == .running || mailing.state == .paused else {
            return try blocked("the mailing is \(mailing.state)")
        }
        let reason = try access.block(
            profile: event.profile, kind: version.kind, topic: version.topic)
        if let reason { return try blocked(reason) }
        let key = DeliveryKey(mailing: mailing.id, profile: event.profile, occasion: occasion)
        try access.queue(key, version: active, due: event.at + after, at: event.at)
        return true
    }
}

extension ActionBinding {
    /// As marks, occasions and messages name it.
    var name: String {
        switch self {
        case .named(let action): action.name
        case .inline: "inline"
        }
    }
}
