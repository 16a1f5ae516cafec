internal import Core

/// A message to whose destination a reply was overdue.
struct SlowMessage {
    /// How long the session waited from then on until it had the message's outcome.
    let wait: TimeSpan
    /// For how long no other message of the destination may follow.
    let pause: TimeSpan
}
