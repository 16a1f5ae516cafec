/// A reading of the monotonic clock: nanoseconds since some fixed start, never set back.
///
/// Pacing and time-outs live on it, so that a wall clock that jumps changes neither. Never stored.
package struct Uptime: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static let zero = Uptime(nanoseconds: 0)

    package static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Saturates instead of overflowing.
    package static func + (a: Self, b: TimeSpan) -> Self {
        let (span, tooLong) = b.milliseconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(span)
        return Self(
            nanoseconds: tooLong || overflow ? (b.milliseconds > 0 ? .max : .min) : sum)
    }

    /// The time between two readings, rounded up to the millisecond, so that who waits for it has
    /// waited long enough.
    package static func - (a: Self, b: Self) -> TimeSpan {
        let (difference, overflow) = a.nanoseconds.subtractingReportingOverflow(b.nanoseconds)
        if overflow { return TimeSpan(milliseconds: a > b ? .max : .min) }
        let whole = difference / 1_000_000
        return TimeSpan(milliseconds: difference % 1_000_000 > 0 ? whole + 1 : whole)
    }
}
