import Core
import Expression

/// What a threshold sees of a number: missing counts as 0.
struct Reading: Hashable {
    var value: Double
    /// Whether it is at the threshold or above.
    var isBeyond: Bool

    init(number: Double, _ threshold: Double) {
        value = number
        isBeyond = number >= threshold
    }

    /// A score is compared as expressions compare it, tolerance included.
    init(score: Score?, _ threshold: Double, at t: Instant) {
        guard let score else {
            value = 0
            isBeyond = threshold <= 0
            return
        }
        value = score.value(at: t)
        isBeyond = score.sum >= threshold * score.scale.weight(at: t, for: .greaterOrEqual)
    }
}
