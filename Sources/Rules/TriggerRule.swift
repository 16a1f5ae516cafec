import Core

/// `[trigger NAME]`: a condition that is crossed, and what follows.
package struct TriggerRule: Hashable, Sendable {
    package enum Condition: Hashable, Sendable {
        case reaches(field: String, Double)
        case fallsBelow(field: String, Double)
        case entered(segment: String)
        case left(segment: String)
        /// The date's day and month come round, at a time of day.
        case anniversary(field: String, at: TimeOfDay?)
        /// So long after the date in the field.
        case after(field: String, TimeSpan, at: TimeOfDay?)
        case notOpened(mailing: String, within: TimeSpan)
        case notClicked(mailing: String, within: TimeSpan)
    }

    package enum Once: Hashable, Sendable {
        case ever
        /// Not again before so much time has passed since it last fired.
        case per(TimeSpan)
        case always
    }

    package enum Consequence: Hashable, Sendable {
        case send(mailing: String)
        case run(action: String)
    }

    package var name: String
    package var condition: Condition
    /// The value back over which the field must go before the trigger can fire again.
    package var rearm: Double?
    /// Between the crossing and what follows.
    package var after: TimeSpan = .zero
    package var once: Once = .ever
    /// At most so many firings a day; above, the mailing is held.
    package var brake: Int?
    package var consequence: Consequence

    /// The field whose value decides, when it is a threshold.
    package var field: String? {
        switch condition {
        case .reaches(let field, _), .fallsBelow(let field, _): field
        default: nil
        }
    }
}

/// A time of day without a zone.
package struct TimeOfDay: Hashable, Sendable {
    /// 0 to 23.
    package var hour: Int
    /// 0 to 59.
    package var minute: Int
}
