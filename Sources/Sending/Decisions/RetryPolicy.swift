internal import Bounce
package import Core
package import Pacing
package import Store

/// What follows from an outcome: whether, and when, to try again, and whether the address is dead.
package struct RetryPolicy: Hashable, Sendable {
    package var backOff: BackOff
    /// How long after it was made a delivery is still tried; what was never tried is tried once.
    package var lifetime: TimeSpan

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
            addressIsDead: Self.isDead(outcome), isMailboxTrouble: Self.isMailboxTrouble(outcome))
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
            let ownFault = stage == .rcpt || stage == .data || stage == .dot
            return ownFault ? now + backOff.delay(attempt: 1, random: random()) : now
        case .deferred:
            let next = now + backOff.delay(attempt: attempts, random: random())
            return next > created + lifetime && attempts > 1 ? nil : next
        }
    }

    /// Only what is said of the recipient at RCPT speaks of the address: no mailbox (5.1.1), no
    /// domain (5.1.2), moved away (5.1.6), no mail taken there (5.1.10, RFC 7505).
    package static func isDead(_ outcome: Outcome) -> Bool {
        guard case .refused(.rcpt, let reply) = outcome, let status = reply.status else {
            return false
        }
        return status.class == 5 && status.subject == 1 && [1, 2, 6, 10].contains(status.detail)
    }

    /// Whether a final refusal speaks of a mailbox that is there: full, or switched off.
    package static func isMailboxTrouble(_ outcome: Outcome) -> Bool {
        guard case .refused(let stage, let reply) = outcome, !isDead(outcome) else { return false }
        return Classifier.judge(reply, at: stage).weight == .soft
    }
}
