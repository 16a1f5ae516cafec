package import Core

/// When bounces and complaints end mail to a person or stop a mailing: the one place that knows.
///
/// A hard bounce ends all mail at once. A soft one counts by the day it came; days count together
/// until a sign of life, and fade. What is not sure is recorded and never counts.
package struct BouncePolicy: Hashable, Sendable {
    /// Distinct days (UTC) with soft bounces that end mail to a person.
    package var softDays = 3
    /// The time there must be at least between the first and the last of them.
    package var softSpan = TimeSpan.days(7)
    /// Soft bounces, and hard ones that wait to be confirmed, are forgotten after this.
    package var memory = TimeSpan.days(90)
    /// A message sent this long ago of which nothing came back has been delivered.
    package var deliveredAfter = TimeSpan.days(5)
    /// Rates of a mailing count from so many delivered messages…
    package var rateDelivered = 500
    /// … and so many complaints, or hard bounces.
    package var rateEvents = 10
    package var complaints = Limits(warn: 0.001, pause: 0.003)
    package var hardBounces = Limits(warn: 0.02, pause: 0.05)

    package init() {}

    /// Parts of what was delivered, 0 to 1.
    package struct Limits: Hashable, Sendable {
        package var warn: Double
        package var pause: Double

        package init(warn: Double, pause: Double) {
            self.warn = warn
            self.pause = pause
        }
    }

    /// What a person's bounces amount to.
    package enum Standing: Hashable, Sendable {
        /// Nothing counts.
        case good
        /// Soft bounces on so many days, not enough of them or too close together.
        case counting(days: Int, span: TimeSpan)
        /// A dead address by a code that is not final: waits for a second report.
        case parked
        /// No more mail.
        case dead(Cause)
    }

    package enum Cause: String, Hashable, Sendable {
        case hard = "a hard bounce"
        case confirmed = "a dead address, confirmed by a second report"
        case soft = "soft bounces on enough days without a sign of life"
    }

    /// Judges a history. Linear in its length.
    package func standing(_ history: BounceHistory, at now: Instant) -> Standing {
        let counted = history.bounces.filter { isCounted($0, history, at: now) }
        if counted.contains(where: { $0.weight == .hard }) { return .dead(.hard) }
        let parked = counted.filter { $0.weight == .parked }
        if Set(parked.map(\.delivery)).count > 1 { return .dead(.confirmed) }
        let soft = counted.filter { $0.weight == .soft || $0.weight == .parked }.map(\.at)
        if let first = soft.min(), let last = soft.max() {
            let days = Set(soft.map(\.day)).count
            if days >= softDays, last - first >= softSpan { return .dead(.soft) }
            return parked.isEmpty ? .counting(days: days, span: last - first) : .parked
        }
        return .good
    }

    /// Whether a bounce still counts: hard ones always do.
    package func isCounted(
        _ bounce: BounceHistory.Bounce, _ history: BounceHistory, at now: Instant
    ) -> Bool {
        switch bounce.weight {
        case .hard: return true
        case .none, .unsure: return false
        case .soft, .parked:
            guard bounce.at + memory > now else { return false }
            return history.lastSign.map { bounce.at >= $0.at } ?? true
        }
    }

    /// What a number of complaints or hard bounces means for a mailing.
    package func judge(_ events: Int, of delivered: Int, _ limits: Limits) -> RateVerdict {
        guard delivered >= rateDelivered, events >= rateEvents else { return .fine }
        let rate = Double(events) / Double(delivered)
        return rate > limits.pause ? .pause : rate > limits.warn ? .warn : .fine
    }

    package enum RateVerdict: Hashable, Sendable {
        case fine, warn, pause
    }
}

extension Instant {
    /// The day in UTC, counted from 1970.
    var day: Int64 {
        let (days, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        return rest < 0 ? days - 1 : days
    }
}
