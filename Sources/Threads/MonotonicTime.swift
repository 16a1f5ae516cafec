internal import Glibc

/// A reading of the clock that nobody can set (CLOCK_MONOTONIC), in nanoseconds.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let distantFuture = MonotonicTime(nanoseconds: .max)

    package static func now() -> Self {
        var time = Glibc.timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Self(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// `milliseconds` from now; saturates.
    package static func after(milliseconds: Int64) -> Self {
        let (span, tooLong) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflow) = now().nanoseconds.addingReportingOverflow(span)
        return Self(nanoseconds: tooLong || overflow ? .max : sum)
    }

    package static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Milliseconds from `earlier` to this.
    package func milliseconds(since earlier: Self) -> Int64 {
        (nanoseconds - earlier.nanoseconds) / 1_000_000
    }

    var timespec: Glibc.timespec {
        Glibc.timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}
