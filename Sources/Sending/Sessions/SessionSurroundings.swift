internal import Core
internal import Journal
internal import SMTP

/// What a session needs besides its relay.
struct SessionSurroundings {
    let timeouts: Timeouts
    let flight: FlightLog
    let uptime: @Sendable () -> Uptime
    /// Takes a message that has its outcome.
    let ended: (EndedAttempt) -> Void
}
