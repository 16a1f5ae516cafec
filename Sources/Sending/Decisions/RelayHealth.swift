package import Core
package import Pacing

/// Whether a relay is given mail: after a failure it rests, longer each time it fails again, and a
/// message it takes makes it well.
package struct RelayHealth: Sendable {
    private let rest: BackOff
    private var failures = 0
    /// Until when nothing is given to it.
    package private(set) var restsUntil = Uptime.zero
    /// Why it rests or rested last; nil when it is well.
    package private(set) var reason: String?

    package init(rest: BackOff = BackOff(base: .seconds(1), cap: .minutes(5))) {
        self.rest = rest
    }

    /// - Parameter isLasting: trying again soon is no use (login, certificate, configuration).
    package mutating func failed(
        _ reason: String, isLasting: Bool, at now: Uptime, random: UInt64
    ) {
        // Several sessions fail together: one rest for all of them.
        guard now >= restsUntil else { return }
        failures = min(failures + 1, 60)
        self.reason = reason
        let span = rest.delay(attempt: isLasting ? failures + 5 : failures, random: random)
        restsUntil = now + span
    }

    package mutating func succeeded() {
        failures = 0
        reason = nil
        restsUntil = .zero
    }

    package func isResting(at now: Uptime) -> Bool { now < restsUntil }
}
