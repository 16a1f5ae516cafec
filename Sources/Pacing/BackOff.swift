import Core

/// Jittered exponential back-off: how long a deferred delivery waits for its next attempt
/// (RFC 5321 §4.5.4.1 asks for an interval that grows; five minutes to four hours here).
package struct BackOff: Hashable, Sendable {
    /// The shortest wait.
    package let base: TimeSpan
    /// The longest wait.
    package let cap: TimeSpan

    /// A base below one millisecond is raised to it, a cap below the base to the base.
    package init(base: TimeSpan = .minutes(5), cap: TimeSpan = .hours(4)) {
        self.base = max(base, .milliseconds(1))
        self.cap = max(cap, self.base)
    }

    /// The wait after failed attempt number `attempt` (from 1): evenly spread between half and the
    /// whole of base · 2^attempt, never outside base…cap. `random` is any 64 random bits.
    package func delay(attempt: Int, random: UInt64) -> TimeSpan {
        let shift = Int64(min(max(attempt, 1), 40))
        let (grown, overflow) = base.milliseconds.multipliedReportingOverflow(by: 1 << shift)
        let whole = overflow ? cap.milliseconds : min(grown, cap.milliseconds)
        let half = whole / 2
        let jitter = Int64(random % UInt64(whole - half + 1))
        return TimeSpan(milliseconds: max(base.milliseconds, half + jitter))
    }
}
