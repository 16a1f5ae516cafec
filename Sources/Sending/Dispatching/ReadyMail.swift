internal import Core
internal import SMTP
internal import Store

/// A message whose intent is durable, in its place.
struct ReadyMail: Sendable {
    let delivery: DeliveryRecord
    let place: Int
    let mail: Mail
    /// When its intent became durable.
    let since: Uptime

    /// Attempts that count, this one included.
    var attempt: Int { delivery.attempts + 1 }
}

/// A message that has its outcome.
struct EndedAttempt: Sendable {
    let ready: ReadyMail
    let outcome: Outcome
}
