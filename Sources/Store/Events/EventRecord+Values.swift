package import Core
package import JSON
package import Rules

extension EventRecord {
    /// What expressions may ask of it, under full names such as `event.total`; what is absent or
    /// not of its declared type is left out.
    ///
    /// - Parameter mailing: the name of the mailing that it happened to.
    package func values(_ rules: LoopRules, mailing: String?) -> [String: FieldValue] {
        var values: [String: FieldValue] = [:]
        // Of each event: not `rules.eventValues`, which makes a table that has the common ones too.
        let own = rules.events[kind.name]?.values ?? EventRule.builtIn[kind] ?? [:]
        for (name, type) in own where EventRule.common[name] == nil {
            let value = FieldValue(data[name] ?? .null, as: type, zone: rules.zone)
            if value != .missing { values[EventRule.prefix + name] = value }
        }
        values[EventRule.prefix + "kind"] = .text(kind.name)
        values[EventRule.prefix + "at"] = .date(at)
        if let mailing { values[EventRule.prefix + "mailing"] = .text(mailing) }
        if let link { values[EventRule.prefix + "link"] = .text(link) }
        return values
    }
}

extension FieldValue {
    /// A value of JSON as one of a type; missing when it is another's.
    package init(_ json: JSON, as type: FieldType, zone: Zone) {
        switch (type, json) {
        case (.number, .integer(let n)), (.score, .integer(let n)): self = .number(Double(n))
        case (.number, .number(let n)) where n.isFinite, (.score, .number(let n)) where n.isFinite:
            self = .number(n)
        case (.flag, .bool(let flag)): self = .flag(flag)
        case (.text, .string(let text)), (.choice, .string(let text)):
            let isBlank = text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            self = isBlank ? .missing : .text(text.nfc)
        case (.date, .string(let text)):
            guard let at = Instant(text) else {
                self = .missing
                return
            }
            // A date without time begins in the configured zone.
            self = .date(text.utf8.count == 10 ? zone.instant(of: CivilTime(at)) : at)
        default: self = .missing
        }
    }
}

extension WriteAccess {
    /// Notes which event's values the templates of a delivery may print.
    package func set(event: Int64, of delivery: Int64) throws(StoreError) {
        try connection.run(
            "INSERT OR IGNORE INTO delivery_event (delivery, event) VALUES (?, ?)",
            [.integer(delivery), .integer(event)])
    }
}

extension ReadAccess {
    /// What the event that started a delivery carries; empty when none did, or it is gone.
    package func eventValues(
        of delivery: Int64, _ rules: LoopRules
    ) throws(StoreError) -> [String: FieldValue] {
        let id = try connection.first(
            "SELECT event FROM delivery_event WHERE delivery = ?", [.integer(delivery)]
        ) { $0.integer(0) }
        guard let id, let event = try event(id) else { return [:] }
        return try values(of: event, rules)
    }

    /// What expressions may ask of an event; see `EventRecord.values`.
    package func values(
        of event: EventRecord, _ rules: LoopRules
    ) throws(StoreError) -> [String: FieldValue] {
        let mailing = try event.mailing.map { (id) throws(StoreError) in try self.mailing(id) }
        return event.values(rules, mailing: (mailing ?? nil)?.name)
    }
}
