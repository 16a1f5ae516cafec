internal import Core
internal import Journal
internal import SMTP

/// What a session needs besides its relay.
struct SessionSurroundings {
    let timeouts: Timeouts
    let patience: Patience
    let flight: FlightLog
    let uptime: @Sendable () -> Uptime
    /// Takes a message that has its outcome, and how slow it was if its destination is to blame.
    let ended: (EndedAttempt, SlowMessage?) -> Void
}
