internal import Core
internal import Pacing

/// The buckets of mailings that have a rate of their own. Asked before a delivery is claimed, so
/// that a slow mailing takes no place from others.
struct MailingRates {
    private var buckets: [Int64: TokenBucket] = [:]

    /// How many deliveries of a mailing may be claimed now, `underWay` of which are on their way.
    /// No more than a second's worth is on its way at once: that is what may leave in a burst after
    /// a relay's rest.
    mutating func room(
        _ mailing: Int64, rate: Rate?, underWay: Int, at now: Uptime
    ) -> Int {
        guard let rate else {
            buckets[mailing] = nil
            return .max
        }
        if buckets[mailing]?.rate != rate {
            buckets[mailing] = TokenBucket(rate, isFull: false, at: now)
        }
        let most = max(1, Int(min(rate.perSecond.rounded(.up), 1_000_000)))
        let tokens = buckets[mailing]?.available(at: now) ?? 0
        return max(0, min(Int(tokens), most - underWay))
    }

    mutating func took(_ mailing: Int64, _ count: Int, at now: Uptime) {
        _ = buckets[mailing]?.take(Int64(count), at: now)
    }

    /// Forgets those that do not run any more.
    mutating func keep(_ running: Set<Int64>) {
        if !buckets.isEmpty { buckets = buckets.filter { running.contains($0.key) } }
    }

    /// Whether no mailing has a rate: with one tokens, not only news, give work.
    var isEmpty: Bool { buckets.isEmpty }
}
