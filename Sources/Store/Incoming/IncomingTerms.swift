package import Core

/// What somebody who reports from outside may do, and how sales are credited.
package struct IncomingTerms: Hashable, Sendable {
    /// By whom; ids of events and idempotency keys are the caller's own.
    package var caller: String
    /// Whether an event of an unknown address makes a profile, which is unconfirmed.
    package var mayAddPeople = false
    /// Whether topics that a person never left may be subscribed to.
    package var maySubscribe = false
    /// How long a click or visit is credited with what is sold after it.
    package var window = TimeSpan.days(7)
    /// Whether a complaint made outside mail holds marketing until it is closed.
    package var holdsMarketing = true

    package init(caller: String) { self.caller = caller }
}

/// What became of one piece from outside.
package enum IncomingOutcome: Hashable, Sendable {
    case recorded(event: Int64)
    /// A profile that was added.
    case added(profile: Int64, kept: [String])
    /// A profile that was changed; `kept` names what only the person herself may change.
    case changed(profile: Int64, kept: [String])
    /// It had been taken before: nothing happened twice.
    case known(event: Int64)
    /// It cannot be taken, in words.
    case refused(String)
}
