package import Core
package import Pacing

/// What the station is doing, for the status and for watching.
package struct SendingStatus: Hashable, Sendable {
    package struct RelayStatus: Hashable, Sendable {
        package var name: String
        /// Open connections.
        package var sessions: Int
        /// Why it rests now, in words; nil when it does not.
        package var resting: String?
        /// Since when it does, and when it is tried again; nil: never by itself.
        package var since: Instant?
        package var next: Instant?
        package var weight = 1
        /// What is left of a day of its warm-up; nil is no limit.
        package var warmUp: Int?
    }

    package struct DestinationStatus: Hashable, Sendable {
        package var name: String
        /// Messages composed for it that wait for a session.
        package var ready: Int
        /// Nil is no limit.
        package var rate: Rate?
        package var isResting: Bool
        /// Its replies keep sessions waiting: it gets one message at a time.
        package var answersSlowly = false
        /// Why it is slow or rests.
        package var reason: String?
        package var since: Instant?
        /// When its next message may go; nil: now, or when an operator says so.
        package var next: Instant?
        /// What is left of a day of its warm-up; nil is no limit.
        package var warmUp: Int?
    }

    package var relays: [RelayStatus]
    package var destinations: [DestinationStatus] = []
    /// Messages whose intent is durable and that wait for a session.
    package var ready: Int
    /// Places taken, of `places`.
    package var inFlight: Int
    package var places: Int
    /// Since the start.
    package var sent = 0
    package var deferred = 0
    package var refused = 0
    package var unsent = 0
    package var inDoubt = 0
    /// When the dispatcher last made a round: the watchdog's question.
    package var lastRound: Uptime
}
