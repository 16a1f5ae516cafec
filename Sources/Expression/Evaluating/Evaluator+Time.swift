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
        let watched: [Expression.Comparison] =
            comparison == .equal || comparison == .notEqual ? [.less, .greater] : [comparison]
        func state(at t: Instant) -> [Bool?] {
            watched.map { try? compare($0, left, right, at: t) }
        }
        let state0 = state(at: now)
        var low = now
        var high = now + Self.horizon
        if let (early, late) = expectedChange(left, right), state(at: early) == state0,
            state(at: late) != state0
        {
            (low, high) = (early, late)
        } else {
            guard state(at: high) != state0 else { return nil }
        }
        while high - low > .milliseconds(1) {
            let middle = low + .milliseconds((high - low).milliseconds / 2)
            if state(at: middle) == state0 { low = middle } else { high = middle }
        }
        return high
    }

    /// Instants shortly before and after a change that can be calculated, that of a score alone
    /// beside what does not move. The caller tries both: rounding may have moved it.
    private func expectedChange(
        _ left: Expression, _ right: Expression
    ) -> (early: Instant, late: Instant)? {
        guard let name = left.scoreField ?? right.scoreField, let score = person.score(of: name),
            let halfLife = score.scale.halfLife,
            case .number(let points)? = try? value(
                left.scoreField == nil ? left : right, at: now)
        else { return nil }
        let ratio = score.value(at: now) / points
        guard ratio > 1, ratio.isFinite else { return nil }
        let span = binaryLogarithm(ratio) * Double(halfLife.milliseconds)
        guard span < Double(Self.horizon.milliseconds) else { return nil }
        let change = now + .milliseconds(Int64(span))
        let margin = TimeSpan.milliseconds(2 + Int64(span * 1e-9))
        return (max(now, change - margin), change + margin)
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
