package import Core
package import Pacing

/// Whether a relay is given mail: after a failure it rests, longer each time it fails again, and a
/// message it takes makes it well.
package struct RelayHealth: Sendable {
    /// What kind of failure it was.
    package enum Failure: Sendable {
        /// The network, or a relay that is closing: soon again.
        case passing
        /// Certificate or configuration: trying again soon is no use.
        case lasting
        /// The login was refused: each try more may lock the account.
        case login
    }

    /// After a refused login.
    package static let loginRest = TimeSpan.minutes(30)

    private let rest: BackOff
    private var failures = 0
    private var isRestOrdered = false
    private var failedUntil = Uptime.zero
    /// Why it rests or rested last; nil when it is well.
    package private(set) var reason: String?
    /// When the first of its failures in a row was, or the order to rest.
    package private(set) var since: Uptime?

    package init(rest: BackOff = BackOff(base: .seconds(1), cap: .minutes(5))) {
        self.rest = rest
    }

    package mutating func failed(
        _ reason: String, _ kind: Failure, at now: Uptime, random: UInt64
    ) {
        // Several sessions fail together: one rest for all of them.
        guard !isResting(at: now) else { return }
        failures = min(failures + 1, 60)
        note(reason, at: now)
        switch kind {
        case .passing: failedUntil = now + rest.delay(attempt: failures, random: random)
        case .lasting: failedUntil = now + rest.delay(attempt: failures + 5, random: random)
        case .login: failedUntil = now + Self.loginRest
        }
    }

    package mutating func succeeded() {
        failures = 0
        failedUntil = .zero
        guard !isRestOrdered else { return }
        reason = nil
        since = nil
    }

    /// An operator wants it to get no mail.
    package mutating func orderRest(at now: Uptime) {
        note("ordered", at: now)
        isRestOrdered = true
    }

    /// Takes the order back and forgets its failures.
    package mutating func resume() {
        isRestOrdered = false
        succeeded()
    }

    /// Until when nothing is given to it; never by itself while a rest is ordered.
    package var restsUntil: Uptime {
        isRestOrdered ? Uptime(nanoseconds: .max) : failedUntil
    }

    package func isResting(at now: Uptime) -> Bool { now < restsUntil }

    /// Whether the last thing it did was to fail: then one session tells whether it is well again.
    package var isDoubtful: Bool { failures > 0 }

    private mutating func note(_ reason: String, at now: Uptime) {
        self.reason = reason
        if since == nil { since = now }
    }
}
