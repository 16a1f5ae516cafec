internal import Core
internal import SMTP
internal import Store

/// A message whose intent is durable, in its place. An object, since it goes through many queues
/// and holds a dozen references.
final class ReadyMail: Sendable {
    let delivery: DeliveryRecord
    let place: Int
    let mail: Mail
    /// Whose pace it keeps.
    let destination: String
    let turn: Turn
    let route: Route
    /// When its intent became durable.
    let since: Uptime

    init(
        delivery: DeliveryRecord, place: Int, mail: Mail, destination: String, turn: Turn,
        route: Route, since: Uptime
    ) {
        self.delivery = delivery
        self.place = place
        self.mail = mail
        self.destination = destination
        self.turn = turn
        self.route = route
        self.since = since
    }

    /// Attempts that count, this one included.
    var attempt: Int { delivery.attempts + 1 }
}

/// A message that has its outcome.
struct EndedAttempt: Sendable {
    let ready: ReadyMail
    let outcome: Outcome
    /// How long to wait before the next attempt, at least.
    var wait = TimeSpan.zero
}

extension EndedAttempt {
    /// A message that never got to a session.
    init(_ returned: Outbox.Returned) {
        self.init(
            ready: returned.mail, outcome: .unsent(.connect, reason: returned.reason),
            wait: returned.wait)
    }
}
