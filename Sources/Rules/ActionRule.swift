import Core
import Expression

/// `[action NAME]`: operations on a profile, run all or not at all.
package struct ActionRule: Hashable, Sendable {
    /// How often it may run for one person.
    package enum Once: Hashable, Sendable {
        /// Per mailing's name.
        case perMailing
        /// Per calendar day in the configured zone.
        case perDay
        /// Not again before so much time has passed since it last ran.
        case per(TimeSpan)
        case ever
    }

    /// Dates at which it runs for everybody whom a condition holds.
    package struct Schedule: Hashable, Sendable {
        /// In the configured zone.
        package var recurrence: Recurrence
        /// Nil: for everybody.
        package var condition: Expression?
    }

    package var name: String
    /// The kind of event that runs it; nil: only where it is bound to a link, run by a trigger or
    /// scheduled.
    package var on: EventKind?
    package var operations: [Operation]
    /// Nil: every time.
    package var once: Once?
    package var schedule: Schedule?

    package init(name: String, on: EventKind?, operations: [Operation], once: Once?) {
        self.name = name
        self.on = on
        self.operations = operations
        self.once = once
    }
}
