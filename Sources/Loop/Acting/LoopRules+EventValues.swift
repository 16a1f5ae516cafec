import Core
import JSON
import Rules
import Store

extension LoopRules {
    /// The declared values of an event as conditions and actions read them, `event.NAME`; what the
    /// event does not carry, or carries as another type, is missing.
    func values(of event: EventRecord) -> [String: FieldValue] {
        guard let declared = events[event.kind.name]?.values, !declared.isEmpty else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: declared.map { name, type in
                ("event.\(name)", FieldValue(event.data[name] ?? .null, as: type, zone: zone))
            })
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
