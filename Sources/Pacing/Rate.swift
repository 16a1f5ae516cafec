import Core

/// So many messages in a span of time: `100/s`, `6000/min`, `20000/h`, `500/day`.
package struct Rate: Hashable, Sendable {
    /// 1 to 1,000,000,000.
    package let count: Int64
    package let per: TimeSpan

    /// Nil when the count or the span is out of its limits.
    package init?(count: Int64, per: TimeSpan) {
        guard (1...1_000_000_000).contains(count), per.milliseconds >= 1, per <= .days(1) else {
            return nil
        }
        self.count = count
        self.per = per
    }

    /// Reads a whole number, `/` and one of `s`, `min`, `h`, `day`; nothing else between or around
    /// them. Nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int64(parts[0]), let per = Self.spans[String(parts[1])]
        else { return nil }
        self.init(count: count, per: per)
    }

    /// Nanoseconds from one message to the next, rounded up so that the rate is never exceeded.
    package var intervalNanoseconds: Int64 {
        (per.milliseconds * 1_000_000 + count - 1) / count
    }

    package var perSecond: Double { Double(count) / per.seconds }

    private static let spans: [String: TimeSpan] = [
        "s": .seconds(1), "min": .minutes(1), "h": .hours(1), "day": .days(1),
    ]
}

extension Rate: CustomStringConvertible {
    /// The spelling that reads back the same, when the span is one of those that can be written.
    package var description: String {
        let unit = Self.spans.first { $0.value == per }?.key ?? "\(per)"
        return "\(count)/\(unit)"
    }
}
