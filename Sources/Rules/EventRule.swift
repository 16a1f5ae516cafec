import Core
import Expression

/// `[event NAME]`: a kind of event from outside, and the values it carries.
package struct EventRule: Hashable, Sendable {
    package var kind: EventKind
    /// By name, reachable as `event.NAME`. Never a score nor a choice.
    package var values: [String: FieldType]

    package init(kind: EventKind, values: [String: FieldType]) {
        self.kind = kind
        self.values = values
    }

    /// What stands before a value's name in expressions and templates.
    package static let prefix = "event."

    /// What every event has: its kind, its time, and the mailing and link it happened to, if any.
    package static let common: [String: FieldType] = [
        "kind": .text, "at": .date, "mailing": .text, "link": .text,
    ]

    /// What events carry that need no declaration; an event's data hold them under these names.
    package static let builtIn: [EventKind: [String: FieldType]] = [
        .bounce: ["hard": .flag, "reason": .text],
        .subscribe: ["topic": .text],
        .unsubscribe: ["topic": .text],
        .visit: [
            "page": .text, "title": .text, "referrer": .text, "category": .text, "source": .text,
            "medium": .text, "keyword": .text,
        ],
        .lead: [
            "name": .text, "value": .number, "source": .text, "medium": .text, "keyword": .text,
            "first_source": .text, "first_medium": .text, "first_keyword": .text, "visits": .number,
        ],
        .sale: [
            "order": .text, "total": .number, "currency": .text, "items": .number,
            "category": .text, "sku": .text,
        ],
        .refund: [
            "order": .text, "refund": .text, "total": .number, "currency": .text, "whole": .flag,
        ],
        .contact: ["way": .text, "text": .text],
        .answer: ["survey": .text, "question": .text, "answer": .text, "score": .number],
        .imported: ["source": .text],
    ]

    /// Kinds that the daemon records for itself.
    static let ownKinds: Set<String> = [
        "sequence", "trigger", "view", "trap", "unsubscribe-page", "reply", "auto-reply",
    ]

    /// Names that a declared value cannot have: every event has them, or the daemon keeps notes
    /// under them.
    static let reserved: Set<String> = Set(common.keys).union(["errors", "blocked"])
}

extension LoopRules {
    /// Every kind of event that rules may name: the built-in ones but `send`, which is the daemon's
    /// own doing and sets nothing off, and the declared ones.
    package var eventKinds: [EventKind] {
        EventKind.builtIn.filter { $0 != .send } + events.keys.sorted().map { EventKind($0) }
    }

    /// The values of an event by name; nil: of an event whose kind is not known.
    package func eventValues(of kind: EventKind?) -> [String: FieldType] {
        guard let kind else { return EventRule.common }
        let own = events[kind.name]?.values ?? EventRule.builtIn[kind] ?? [:]
        return EventRule.common.merging(own) { common, _ in common }
    }

    /// The same rules for a mailing that triggers, actions and sequences start: it may read
    /// `event.NAME` of whatever event that was. Where kinds differ in the type of a value, it is
    /// text.
    package var forTriggeredMailings: LoopRules {
        var types: [String: FieldType] = [:]
        for kind in eventKinds {
            for (name, type) in eventValues(of: kind) {
                let full = EventRule.prefix + name
                types[full] = types[full].map { $0 == type ? type : .text } ?? type
            }
        }
        var rules = self
        rules.eventFields = types
        return rules
    }

    /// What expressions may name where an event is at hand: its values too, as `event.NAME`.
    package func vocabulary(on kind: EventKind?) -> Vocabulary {
        var vocabulary = vocabulary
        vocabulary.addValues(of: kind, self)
        return vocabulary
    }
}

extension Vocabulary {
    /// Adds the values of events of a kind; nil: those that every event has.
    mutating func addValues(of kind: EventKind?, _ rules: LoopRules) {
        for (name, type) in rules.eventValues(of: kind) {
            fields[EventRule.prefix + name] = type
        }
    }
}
