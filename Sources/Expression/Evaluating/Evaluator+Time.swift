import Core

/// How a value moves while only time passes.
private enum Motion {
    case steady
    /// A date or duration that moves with the clock.
    case linear
    /// One decaying score and steady values: it nears a limit and never turns back.
    case decay
    /// Anything else; asked again regularly.
    case irregular
}

extension Evaluator {
    /// No answer is expected to hold longer than this.
    private static var horizon: TimeSpan { .days(36_525) }
    /// How often an answer is asked again whose next change cannot be calculated.
    private static var patience: TimeSpan { .hours(1) }

    mutating func note(_ change: Instant) {
        if let until, change < until { self.until = change }
    }

    /// Notes when time alone changes the outcome of a comparison.
    mutating func noteChange(
        of comparison: Expression.Comparison, _ left: Expression, _ right: Expression
    ) {
        guard until != nil else { return }
        switch Self.motion(left).beside(Self.motion(right)) {
        case .steady: return
        case .irregular: note(now + Self.patience)
        case .linear, .decay:
            if let change = firstChange(comparison, left, right) { note(change) }
        }
    }

    private static func motion(_ expression: Expression) -> Motion {
        switch expression.node {
        case .now: .linear
        case .field: expression.kind == .score ? .decay : .steady
        case .negative(let operand): motion(operand)
        case .arithmetic(let operation, let left, let right):
            motion(left).beside(motion(right), isRemainder: operation == .remainder)
        default: .steady
        }
    }

    /// The first millisecond at which the outcome differs, by bisection: both motions are
    /// monotone, so what has changed once stays changed.
    private func firstChange(
        _ comparison: Expression.Comparison, _ left: Expression, _ right: Expression
    ) -> Instant? {
        // Equality is left for good with the order of the sides, so that is what is watched.
        let isEquality = comparison == .equal || comparison == .notEqual
        let watched: [Expression.Comparison] = isEquality ? [.less, .greater] : [comparison]
        if left.scoreField != nil || right.scoreField != nil {
            guard let fading = fading(left, right) else { return nil }
            return firstChange(near: expectedChange(fading)) { fading.state(of: watched, at: $0) }
        }
        return firstChange(near: nil) { t in
            watched.map { try? compare($0, left, right, at: t) }
        }
    }

    private func firstChange<State: Equatable>(
        near expected: (early: Instant, late: Instant)?, _ state: (Instant) -> State
    ) -> Instant? {
        let state0 = state(now)
        var low = now
        var high = now + Self.horizon
        if let (early, late) = expected, state(early) == state0, state(late) != state0 {
            (low, high) = (early, late)
        } else {
            guard state(high) != state0 else { return nil }
        }
        while high - low > .milliseconds(1) {
            let middle = low + .milliseconds((high - low).milliseconds / 2)
            if state(middle) == state0 { low = middle } else { high = middle }
        }
        return high
    }

    /// A score alone beside what does not move, both looked up once for all instants. Nil: no
    /// comparison of the two ever changes.
    private func fading(_ left: Expression, _ right: Expression) -> FadingScore? {
        guard let name = left.scoreField ?? right.scoreField, let score = person.score(of: name),
            case .number(let points)? = try? value(
                left.scoreField == nil ? left : right, at: now)
        else { return nil }
        return FadingScore(score: score, points: points, isRight: left.scoreField == nil)
    }

    /// Instants shortly before and after a change that can be calculated. The caller tries both:
    /// rounding may have moved it.
    private func expectedChange(_ fading: FadingScore) -> (early: Instant, late: Instant)? {
        let (score, points) = (fading.score, fading.points)
        guard let halfLife = score.scale.halfLife else { return nil }
        let ratio = score.value(at: now) / points
        guard ratio > 1, ratio.isFinite else { return nil }
        let span = binaryLogarithm(ratio) * Double(halfLife.milliseconds)
        guard span < Double(Self.horizon.milliseconds) else { return nil }
        let change = now + .milliseconds(Int64(span))
        let margin = TimeSpan.milliseconds(2 + Int64(span * 1e-9))
        return (max(now, change - margin), change + margin)
    }
}

/// A score and the number that it is compared with, as time goes by.
private struct FadingScore {
    let score: Score
    let points: Double
    /// Whether the score stands on the right.
    let isRight: Bool

    /// One bit for each comparison that holds.
    func state(of comparisons: [Expression.Comparison], at t: Instant) -> Int {
        comparisons.reduce(0) { bits, comparison in
            let comparison = isRight ? comparison.mirrored : comparison
            return bits << 1 | (score.holds(comparison, points, at: t) ? 1 : 0)
        }
    }
}

extension Motion {
    fileprivate func beside(_ other: Motion, isRemainder: Bool = false) -> Motion {
        switch (self, other) {
        case (.steady, .steady): .steady
        case _ where isRemainder: .irregular
        case (.linear, .steady), (.steady, .linear), (.linear, .linear): .linear
        case (.decay, .steady), (.steady, .decay): .decay
        default: .irregular
        }
    }
}
