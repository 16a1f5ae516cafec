import Core
import Diagnostics
import Expression
import Sections

extension RulesReader {
    mutating func readAction(_ section: Section, _ name: String) {
        var action = ActionRule(name: name, on: nil, operations: [], once: nil)
        if let entry = section["on"] {
            action.schedule = schedule(entry, section["where"])
            if action.schedule == nil { action.on = eventKind(entry) }
        }
        if let entry = section["where"], section["on"]?.isSchedule != true {
            refuse(
                "where-without-schedule", at: entry.keyOffset,
                "\"where\" is for actions with on = schedule …")
        }
        let reader = OperationReader(rules, on: action.on)
        for entry in section.all("do") {
            let operation = attempt(entry) { (text) throws(ExpressionError) in
                try reader.operation(text)
            }
            guard let operation else { continue }
            noteMailings(of: operation, in: entry)
            action.operations.append(operation)
        }
        if section.all("do").isEmpty { _ = required("do", in: section) }
        action.once = attempt(section["once"]) { (text) throws(ExpressionError) in
            try Self.once(text)
        }
        rules.actions[name] = action
    }

    private mutating func noteMailings(of operation: Operation, in entry: Section.Entry) {
        switch operation {
        case .send(let mailing, _):
            // The name stands after the first word.
            var phrase = Phrase(entry.value)
            _ = phrase.next()
            note(mailing: mailing, at: entry.valueOffset + phrase.offset, .sent)
        case .set(_, let value), .add(_, let value), .subtract(_, let value):
            let sign = entry.value.utf8.prefix { $0 != UInt8(ascii: "=") }.count + 1
            noteMailings(of: value, in: entry, base: sign)
        case .notify(let staff, _): noteGrant(.staff, staff, in: entry)
        case .call(let webhook): noteGrant(.webhook, webhook, in: entry)
        case .clear, .tag, .untag, .subscribe, .unsubscribe: return
        }
    }

    /// The name stands after the first word.
    private mutating func noteGrant(
        _ kind: GrantReference.Kind, _ name: String, in entry: Section.Entry
    ) {
        var phrase = Phrase(entry.value)
        _ = phrase.next()
        let position = source.position(ofByte: entry.valueOffset + phrase.offset)
        rules.grantReferences.append(
            GrantReference(
                kind: kind, name: name, path: source.path, position: position,
                line: source.line(position.line)))
    }

    /// `schedule daily at 03:00`, with the condition on whom it runs for; nil for a kind of event.
    private mutating func schedule(
        _ entry: Section.Entry, _ condition: Section.Entry?
    ) -> ActionRule.Schedule? {
        guard entry.isSchedule, let recurrence = Recurrence(entry.value.dropFirst(8)) else {
            return nil
        }
        var schedule = ActionRule.Schedule(recurrence: recurrence)
        let vocabulary = vocabulary
        schedule.condition = attempt(condition) { (text) throws(ExpressionError) in
            try Expression.condition(text, vocabulary)
        }
        if let condition, let read = schedule.condition { noteMailings(of: read, in: condition) }
        return schedule
    }

    private mutating func eventKind(_ entry: Section.Entry) -> EventKind? {
        guard !entry.isSchedule else {
            refuse(
                "bad-value", at: entry.valueOffset,
                "schedule daily at 03:00, schedule weekly on mon at 09:00 or schedule monthly on 1 "
                    + "at 09:00 is expected here")
            return nil
        }
        let kind = EventKind(entry.value)
        let known = rules.eventKinds.map(\.name)
        guard known.contains(kind.name) else {
            refuse(
                "unknown-event", at: entry.valueOffset,
                unknownName("event", entry.value, among: known))
            return nil
        }
        return kind
    }

    private static func once(_ text: String) throws(ExpressionError) -> ActionRule.Once {
        var phrase = Phrase(text)
        if phrase.skip("ever") {
            try phrase.end()
            return .ever
        }
        guard phrase.skip("per") else {
            throw ExpressionError(
                at: phrase.offset, "per mailing, per day, per 30d or ever is expected here")
        }
        let once: ActionRule.Once
        if phrase.skip("mailing") {
            once = .perMailing
        } else if phrase.skip("day") {
            once = .perDay
        } else {
            once = .per(try phrase.span("mailing, day or a duration such as 30d"))
        }
        try phrase.end()
        return once
    }
}

extension Section.Entry {
    fileprivate var isSchedule: Bool {
        value.split(separator: " ", maxSplits: 1).first == "schedule"
    }
}
