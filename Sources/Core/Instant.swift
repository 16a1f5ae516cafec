/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored (POSIX time).
///
/// Pure code never asks for the time; it is passed in. `Daemon` reads the clock.
package struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since the epoch; negative before 1970.
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// From seconds since the epoch; the fraction is rounded down to the millisecond.
    package init(seconds: Double) {
        milliseconds = Int64((seconds * 1000).rounded(.down))
    }

    package static let epoch = Instant(milliseconds: 0)
    package static let distantFuture = Instant(milliseconds: .max)

    /// Seconds since the epoch.
    package var seconds: Double { Double(milliseconds) / 1000 }

    package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }

    /// Saturates instead of overflowing.
    package static func + (a: Self, b: TimeSpan) -> Self {
        let (sum, overflow) = a.milliseconds.addingReportingOverflow(b.milliseconds)
        return Self(milliseconds: overflow ? (b.milliseconds > 0 ? .max : .min) : sum)
    }

    /// Saturates instead of overflowing.
    package static func - (a: Self, b: TimeSpan) -> Self { a + -b }

    /// Saturates instead of overflowing.
    package static func - (a: Self, b: Self) -> TimeSpan {
        TimeSpan(milliseconds: a.milliseconds) - TimeSpan(milliseconds: b.milliseconds)
    }
}
