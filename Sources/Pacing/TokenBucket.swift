import Core

/// A token bucket on monotonic time: over any span it grants at most the rate times the span plus
/// the burst.
///
/// Kept as the "theoretical arrival time" of the generic cell rate algorithm (ITU-T I.371
/// annex A): one integer, no drift from rounding, no timer that fills it.
package struct TokenBucket: Sendable {
    package private(set) var rate: Rate
    /// How many tokens a full bucket holds, at least 1.
    package private(set) var burst: Int64
    /// When the bucket is full again, if nothing more is taken.
    private var fullAt: Int64

    /// Without a burst it holds what the rate grants in a tenth of a second. It begins full, or
    /// empty: after a restart nobody knows what was sent in the second before.
    package init(_ rate: Rate, burst: Int64? = nil, isFull: Bool = true, at now: Uptime) {
        self.rate = rate
        self.burst = Self.clamped(burst, rate)
        fullAt = now.nanoseconds
        if !isFull {
            fullAt = fullAt.saturatingAdd(rate.intervalNanoseconds.saturatingMultiply(self.burst))
        }
    }

    /// Takes `count` tokens, or none and says no.
    package mutating func take(_ count: Int64 = 1, at now: Uptime) -> Bool {
        guard count <= available(at: now) else { return false }
        let start = max(fullAt, now.nanoseconds)
        fullAt = start.saturatingAdd(rate.intervalNanoseconds.saturatingMultiply(max(0, count)))
        return true
    }

    /// How many whole tokens there are now.
    package func available(at now: Uptime) -> Int64 {
        let lacking = max(0, fullAt.saturatingSubtract(now.nanoseconds))
        let interval = rate.intervalNanoseconds
        let used = lacking / interval + (lacking % interval == 0 ? 0 : 1)
        return max(0, burst - used)
    }

    /// Gives back tokens that were taken for what then did not happen.
    package mutating func giveBack(_ count: Int64 = 1) {
        fullAt = fullAt.saturatingSubtract(
            rate.intervalNanoseconds.saturatingMultiply(max(0, count)))
    }

    /// The first moment at which one token can be taken.
    package var nextToken: Uptime {
        Uptime(
            nanoseconds: fullAt.saturatingSubtract(
                rate.intervalNanoseconds.saturatingMultiply(burst - 1)))
    }

    /// Changes the rate; what had been taken in advance stays taken, at most one full burst of it.
    package mutating func change(to rate: Rate, burst: Int64? = nil, at now: Uptime) {
        let missing = self.burst - available(at: now)
        self.rate = rate
        self.burst = Self.clamped(burst, rate)
        fullAt = now.nanoseconds.saturatingAdd(
            rate.intervalNanoseconds.saturatingMultiply(min(missing, self.burst)))
    }

    private static func clamped(_ burst: Int64?, _ rate: Rate) -> Int64 {
        min(1_000_000, max(1, burst ?? Int64(rate.perSecond / 10)))
    }
}

extension Int64 {
    fileprivate func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    fileprivate func saturatingSubtract(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }

    fileprivate func saturatingMultiply(_ other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}
