import Core
import Expression

/// `[field NAME]`: a typed field of every profile.
package struct FieldRule: Hashable, Sendable {
    package var name: String
    package var type: FieldType
    /// Of a choice, in NFC; otherwise empty.
    package var values: [String] = []
    /// Of a score; nil: it does not decay.
    package var halfLife: TimeSpan?
    /// Of a score: it never exceeds this.
    package var cap: Double?
    /// An import without it is refused.
    package var isRequired = false
    /// What is read where nothing is stored; never for a score.
    package var standard: FieldValue = .missing
    /// Whether every change is kept.
    package var keepsHistory = false
    /// As people read it on a page; nil: its name.
    package var label: String?
    /// Whether people may correct it on the page of their preferences.
    package var isEditable = false

    package init(name: String, type: FieldType) {
        self.name = name
        self.type = type
    }

    /// Whether a profile can lack a value for it.
    package var canBeBlank: Bool { !isRequired && standard == .missing }

    /// Whether `value` may be stored in it.
    package func accepts(_ value: FieldValue) -> Bool {
        switch (type, value) {
        case (_, .missing), (.number, .number), (.score, .number), (.flag, .flag), (.date, .date),
            (.text, .text):
            true
        case (.choice, .text(let text)): values.contains(text)
        default: false
        }
    }
}

/// `[topic NAME]`: what one subscribes to.
package struct TopicRule: Hashable, Sendable {
    package var name: String
    /// As people read it; the name when none is given.
    package var label: String
    /// Whether somebody new is subscribed without asking for it.
    package var isDefault: Bool
    /// Whether the page of preferences shows it.
    package var isListed = true

    package init(name: String, label: String, isDefault: Bool) {
        self.name = name
        self.label = label
        self.isDefault = isDefault
    }
}

/// `[segment NAME]`: a condition by name.
package struct SegmentRule: Hashable, Sendable {
    package var name: String
    package var condition: Expression
}
