package import Core

/// How rows of people are to be brought in.
package struct PeopleOrder: Sendable {
    package enum Mode: String, Sendable, CaseIterable {
        /// Only people who are not there yet.
        case add
        /// Only people who are there.
        case update
        /// Both.
        case upsert
        /// They want no more mail; who is not there is kept as unsubscribed.
        case unsubscribe
        /// The addresses get nothing, whether or not there is a profile.
        case suppress
    }

    package var mode: Mode
    package var now: Instant
    /// Who says so, for the history: `import 3`.
    package var cause: ChangeCause
    /// Where the people's own consent comes from. Without it nobody becomes active who was not.
    package var consent: String?
    /// Whether each change is recorded as an event, for what it sets off.
    package var recordsEvents: Bool

    package init(
        mode: Mode, now: Instant, cause: ChangeCause, consent: String? = nil,
        recordsEvents: Bool = false
    ) {
        self.mode = mode
        self.now = now
        self.cause = cause
        self.consent = consent
        self.recordsEvents = recordsEvents
    }
}
