package import Bounce
package import Core
package import Pacing
package import Store

/// What follows from an outcome: whether, and when, to try again, and whether the address is dead.
package struct RetryPolicy: Sendable {
    package var backOff: BackOff
    /// How long after it was made a delivery is still tried; what was never tried is tried once.
    package var lifetime: TimeSpan
    /// What the words and codes of a refusal mean.
    package var classifier = Classifier.standard

    package init(backOff: BackOff = BackOff(), lifetime: TimeSpan = .days(3)) {
        self.backOff = backOff
        self.lifetime = lifetime
    }

    /// - Parameters:
    ///   - attempts: attempts that counted, this one included.
    ///   - random: asked for only when there is a delay to spread.
    package func result(
        of delivery: Int64, _ outcome: Outcome, attempts: Int, created: Instant, at now: Instant,
        random: @autoclosure () -> UInt64
    ) -> AttemptResult {
        AttemptResult(
            delivery: delivery, outcome: outcome,
            retryAt: retryAt(
                outcome, attempts: attempts, created: created, at: now, random: random()),
            addressIsDead: isDead(outcome), isMailboxTrouble: isMailboxTrouble(outcome))
    }

    private func retryAt(
        _ outcome: Outcome, attempts: Int, created: Instant, at now: Instant,
        random: @autoclosure () -> UInt64
    ) -> Instant? {
        switch outcome {
        case .accepted, .refused, .inDoubt: return nil
        case .unsent(let stage, _):
            // Lost before its own commands were said: nothing to wait for but the relay. Later it
            // may be this very message that the relay cannot bear.
            guard stage == .rcpt || stage == .data || stage == .dot else { return now }
            let next = now + backOff.delay(attempt: 1, random: random())
            return next > created + lifetime ? nil : next
        case .deferred:
            let next = now + backOff.delay(attempt: attempts, random: random())
            return next > created + lifetime && attempts > 1 ? nil : next
        }
    }

    /// Only what is said of the recipient at RCPT speaks of the address: no mailbox, no domain,
    /// moved away, no mail taken there (RFC 7505).
    private func isDead(_ outcome: Outcome) -> Bool {
        guard case .refused(.rcpt, let reply) = outcome else { return false }
        return classifier.judge(reply, at: .rcpt).weight == .hard
    }

    /// Whether a final refusal speaks of a mailbox that is there: full, or switched off.
    private func isMailboxTrouble(_ outcome: Outcome) -> Bool {
        guard case .refused(let stage, let reply) = outcome, !isDead(outcome) else { return false }
        return classifier.judge(reply, at: stage).weight == .soft
    }
}
