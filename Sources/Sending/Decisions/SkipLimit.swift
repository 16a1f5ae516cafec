package import Core

/// How many recipients of a mailing may be skipped or held before it stops and asks (`max-skip`).
package enum SkipLimit: Hashable, Sendable {
    /// Of all deliveries of the mailing; up to five are always let pass, so that one odd profile
    /// does not stop a small mailing.
    case percent(Double)
    case count(Int)

    /// Why the mailing must pause; nil when it may go on.
    package func objection(_ counts: [DeliveryState: Int]) -> String? {
        let lost = counts[.skipped, default: 0] + counts[.held, default: 0]
        let total = counts.values.reduce(0, +)
        switch self {
        case .count(let limit):
            guard lost > limit else { return nil }
            return "\(lost) recipients were skipped or held, max-skip is \(limit)"
        case .percent(let percent):
            guard lost > 5, Double(lost) > Double(total) * percent / 100 else { return nil }
            return "\(lost) of \(total) recipients were skipped or held, max-skip is \(percent) %"
        }
    }
}
