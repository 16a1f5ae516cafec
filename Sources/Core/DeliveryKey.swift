/// What makes a delivery unique: the same mailing never goes to the same profile twice on the
/// same occasion.
package struct DeliveryKey: Hashable, Sendable {
    package var mailing: Int64
    package var profile: Int64
    package var occasion: Occasion

    package init(mailing: Int64, profile: Int64, occasion: Occasion) {
        self.mailing = mailing
        self.profile = profile
        self.occasion = occasion
    }
}

/// Why a mailing goes to a person this time.
package struct Occasion: Hashable, Sendable {
    /// The stored spelling, at most 200 octets.
    package let text: String

    package init(text: String) { self.text = text }

    /// A one-shot mailing has one occasion for ever, so editing its file mails nobody again.
    package static let once = Occasion(text: "0")

    /// The nth firing of a trigger for this person, from 1.
    package static func trigger(_ name: String, firing: Int) -> Occasion {
        Occasion(text: "trigger/\(name)/\(firing)")
    }

    /// The scheduled date of a recurring mailing.
    package static func scheduled(_ at: Instant) -> Occasion { Occasion(text: "at/\(at.rfc3339)") }

    /// The scheduled date; nil for any other occasion.
    package var date: Instant? { text.hasPrefix("at/") ? Instant(text.dropFirst(3)) : nil }

    /// An action's `send`, by the event that ran it.
    package static func action(_ name: String, event: Int64) -> Occasion {
        Occasion(text: "action/\(name)/\(event)")
    }

    /// A step of a sequence: by how often the person has entered it, and how many steps that send
    /// the same mailing stand up to this one. So a step that is put in before, or taken away, while
    /// people are inside mails nobody twice.
    package static func sequence(_ name: String, round: Int, sending nth: Int) -> Occasion {
        Occasion(text: "sequence/\(name)/\(round)/\(nth)")
    }
}

extension Occasion {
    /// The trigger and the firing that `trigger(_:firing:)` spelled; nil for others.
    package var firing: (trigger: String, number: Int)? {
        guard text.hasPrefix("trigger/"), let slash = text.lastIndex(of: "/"),
            let number = Int(text[text.index(after: slash)...])
        else { return nil }
        let start = text.index(text.startIndex, offsetBy: 8)
        guard start < slash else { return nil }
        return (String(text[start..<slash]), number)
    }
}
