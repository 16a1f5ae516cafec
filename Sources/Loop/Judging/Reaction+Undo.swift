import Core
import Expression
import JSON
import Rules
import Store

/// Taking back what a click did that turned out to be a machine's.
extension Reaction {
    /// Remembers what an action is about to change for a click, so that it can be taken back.
    /// Called before the changes are written: what they replace is read.
    func keepUndo(_ before: Person, _ after: Person) throws {
        guard let click = cause.click else { return }
        var fields = JSON.Object()
        for name in after.fields.keys {
            fields[name] = .array([before.stored(name).undoText, after.stored(name).undoText])
        }
        var tags = JSON.Object()
        for (tag, isSet) in after.tags where before.isTagged(tag) != isSet {
            tags[tag] = .bool(isSet)
        }
        var topics = JSON.Object()
        for (topic, isSet) in after.topics where before.isSubscribed(to: topic) != isSet {
            topics[topic] = .bool(isSet)
        }
        try access.keepUndo(
            of: click,
            ["fields": .object(fields), "tags": .object(tags), "topics": .object(topics)],
            at: cause.at)
    }

    /// Takes back what the event's actions changed, as far as nothing changed it since: what was
    /// added is taken off, what was replaced comes back, follow-ups that have not gone out are
    /// cancelled, and sequences that it brought her into end. What was sent stays sent; triggers do
    /// not fire by it.
    func undo(_ event: EventRecord, at now: Instant) throws {
        let columns = try access.knownColumns()
        for change in try access.takeUndo(of: event.id) {
            guard let current = try person() else { return }
            var values: [(FieldColumn, FieldValue)] = []
            for (name, pair) in change["fields"]?.object?.members ?? [] {
                guard let column = columns[name], let pair = pair.array, pair.count == 2,
                    let value = restored(name, pair[0], pair[1], current)
                else { continue }
                values.append((column, value))
            }
            try access.set(values, of: event.profile, at: now)
            for (tag, wasSet) in change["tags"]?.object?.members ?? []
            where current.isTagged(tag) == wasSet.bool {
                if wasSet.bool == true {
                    try access.untag(event.profile, tag, at: now)
                } else {
                    try access.tag(event.profile, tag, at: now)
                }
            }
            for (topic, wasSet) in change["topics"]?.object?.members ?? []
            where wasSet.bool == true && current.isSubscribed(to: topic) {
                // A machine subscribed her; what it unsubscribed stays so, since only consent
                // subscribes anybody.
                try access.set(topic: topic, subscribed: false, of: event.profile, at: now)
            }
        }
        try access.cancelFollowUps(of: event, at: now)
        for place in try access.places(of: event.profile) where place.event == event.id {
            _ = try access.takeOut(event.profile, of: place.sequence, at: now)
        }
    }

    /// What a field is set to; nil: it stays.
    private func restored(
        _ name: String, _ old: JSON, _ new: JSON, _ current: Person
    ) -> FieldValue? {
        guard let field = plan.rules.fields[name] else { return nil }
        if field.type == .score || field.type == .number, let added = new["n"]?.number {
            guard case .number(let now) = current.stored(name) else { return nil }
            let before = old["n"]?.number
            let value = now - (added - (before ?? 0))
            guard value.isFinite else { return nil }
            // What is left of a sum of doubles when all was taken off.
            let isNothing = abs(value) <= abs(added) * 1e-9
            return before == nil && isNothing ? .missing : .number(value)
        }
        guard current.stored(name).undoText == new else { return nil }
        return FieldValue(undoText: old)
    }
}

extension FieldValue {
    /// Spans and lists are no fields' values that an action sets.
    fileprivate var undoText: JSON {
        switch self {
        case .number(let number): ["n": .number(number)]
        case .text(let text): ["t": .string(text)]
        case .flag(let flag): ["f": .bool(flag)]
        case .date(let date): ["d": .integer(date.milliseconds)]
        case .missing, .span, .list: .null
        }
    }

    fileprivate init(undoText: JSON) {
        if let number = undoText["n"]?.number {
            self = .number(number)
        } else if let text = undoText["t"]?.string {
            self = .text(text)
        } else if let flag = undoText["f"]?.bool {
            self = .flag(flag)
        } else if let date = undoText["d"]?.integer {
            self = .date(Instant(milliseconds: date))
        } else {
            self = .missing
        }
    }
}
