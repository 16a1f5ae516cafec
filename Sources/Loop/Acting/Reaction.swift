import Core
import Expression
import Rules
import Store

/// What one cause leads to for one person, inside its transaction.
struct Reaction {
    let cause: Cause
    let plan: Plan
    let station: Reactions
    let access: WriteAccess

    typealias Person = Draft<StoredPerson>

    /// The person as she stands now; nil when the profile is gone.
    func person() throws(StoreError) -> Person? {
        let (fields, scales) = try station.selection(plan, in: access)
        guard let person = try StoredPerson(cause.profile, fields, from: access) else {
            return nil
        }
        return Draft(
            person, rules: plan.rules, conditions: plan.conditions, scales: scales,
            eventValues: cause.values)
    }

    /// What became of an action.
    enum Run {
        case done
        /// Its `once` lets it run no more.
        case rests
        /// It cannot be calculated, which is noted: nothing was changed, and nothing is used up.
        case failed
    }

    /// Runs an action, all of it or nothing, and then what its changes trigger.
    @discardableResult
    func run(_ binding: ActionBinding, depth: Int) throws -> Run {
        guard depth < Reactions.maximumDepth else {
            try cause.note("triggers run actions too deeply", in: "errors")
            return .failed
        }
        let name = binding.name
        var mark: (scope: String, once: ActionRule.Once)?
        if case .named(let action) = binding, let once = action.once {
            let scope = once.scope(mailing: cause.mailing, at: cause.at, zone: plan.rules.zone)
            let last = try access.actionMark(name, scope: scope, of: cause.profile)
            if let last, once.forbids(last: last, at: cause.at) { return .rests }
            mark = (scope, once)
        }
        guard let before = try person() else { return .failed }
        var draft = before
        do throws(ExpressionError) {
            for operation in binding.operations { try draft.perform(operation, at: cause.at) }
        } catch {
            try cause.note("\(name): \(error.message)", in: "errors")
            return .failed
        }
        if let failure = before.failure { throw failure }
        try keepUndo(before, draft)
        try write(draft, since: before)
        for send in draft.sends { try self.send(send, of: name) }
        try tell(draft.outgoing, of: name, about: draft)
        if let mark {
            try access.mark(action: name, scope: mark.scope, of: cause.profile, at: cause.at)
        }
        if let change = access.takeChange(of: cause.profile) {
            try settle(change, draft, depth: depth)
        }
        return .done
    }

    private func write(_ draft: Person, since before: Person) throws {
        let columns = try access.knownColumns()
        for name in draft.fields.keys {
            access.noteChange(
                ofField: name, from: before.stored(name), of: cause.profile, at: cause.at)
        }
        let values = draft.fields.compactMap { name, value in columns[name].map { ($0, value) } }
        if !values.isEmpty {
            try access.set(
                values, of: cause.profile, at: cause.at, by: .event(try cause.eventID()))
        }
        for (tag, isSet) in draft.tags.sorted(by: { $0.key < $1.key }) {
            if isSet {
                try access.tag(cause.profile, tag, at: cause.at)
            } else {
                try access.untag(cause.profile, tag, at: cause.at)
            }
        }
        for (topic, subscribed) in draft.topics.sorted(by: { $0.key < $1.key }) {
            try access.set(
                topic: topic, subscribed: subscribed, of: cause.profile, at: cause.at)
        }
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
