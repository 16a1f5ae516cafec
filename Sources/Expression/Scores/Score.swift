import Core

/// How a score field decays: every half-life halves it.
package struct ScoreScale: Hashable, Sendable {
    /// The instant that stored sums refer to; fixed for a field until the exponent grows large.
    package var landmark: Instant
    /// Nil: the score does not decay. Positive.
    package var halfLife: TimeSpan?

    package init(landmark: Instant, halfLife: TimeSpan?) {
        self.landmark = landmark
        self.halfLife = halfLife
    }

    /// What one point earned at `t` adds to the stored sum: 2^((t − landmark) / half-life).
    package func weight(at t: Instant) -> Double {
        guard let halfLife else { return 1 }
        let elapsed = Double((t - landmark).milliseconds)
        // Beyond 1,000 half-lives a score is nothing; a weight stays finite and above zero.
        let exponent = elapsed / Double(halfLife.milliseconds)
        return powerOfTwo(min(max(exponent, -1000), 1000))
    }

    /// Whether sums should be moved to a new landmark: weights above 2^500 lose their use.
    package func needsNewLandmark(at t: Instant) -> Bool { weight(at: t) > 0x1p500 }

    /// The stored sum that a score of `points` at `t` has: `score >= c` is
    /// `sum >= threshold(c, at: now)`, which an index can answer.
    package func threshold(_ points: Double, at t: Instant) -> Double { points * weight(at: t) }

    /// A relative difference that separates no two scores: sums of points added one by one and
    /// the product differ in the last digits, and a score of six times 1 has reached 6.
    package static let tolerance = 1e-11

    /// The weight to multiply the other side of a comparison with, so that rounding never decides.
    package func weight(at t: Instant, for comparison: Expression.Comparison) -> Double {
        switch comparison {
        case .equal, .notEqual: weight(at: t)
        case .greaterOrEqual, .less: weight(at: t) * (1 - Self.tolerance)
        case .greater, .lessOrEqual: weight(at: t) * (1 + Self.tolerance)
        }
    }
}

/// The state of one person's score: forward decay, s = Σ points·2^((t − L)/h).
///
/// Sorting by `sum` sorts by score at every instant, and nothing needs rewriting as time passes
/// (Cormode, Shkapenyuk, Srivastava, Xu, "Forward Decay", ICDE 2009).
package struct Score: Hashable, Sendable {
    package var sum: Double
    package var scale: ScoreScale

    package init(sum: Double = 0, scale: ScoreScale) {
        self.sum = sum
        self.scale = scale
    }

    /// The decayed value.
    package func value(at t: Instant) -> Double { sum / scale.weight(at: t) }

    /// Earns or, with negative points, loses points at `t`; t may lie before earlier ones.
    package mutating func add(_ points: Double, at t: Instant) {
        sum += points * scale.weight(at: t)
    }

    /// Makes the value at `t` equal to `points`.
    package mutating func set(_ points: Double, at t: Instant) {
        sum = points * scale.weight(at: t)
    }

    /// The same score on another scale, equal to this one at `t`.
    package func moved(to scale: ScoreScale, at t: Instant) -> Score {
        Score(sum: value(at: t) * scale.weight(at: t), scale: scale)
    }
}
