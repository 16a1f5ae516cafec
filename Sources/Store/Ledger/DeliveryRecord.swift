package import Core

/// One row of the ledger.
package struct DeliveryRecord: Hashable, Sendable {
    package var id: Int64
    package var mailing: Int64
    package var profile: Int64
    package var occasion: Occasion
    package var version: Int64
    package var state: DeliveryState
    package var due: Instant
    package var created: Instant
    package var updated: Instant
    /// Attempts whose outcome said something about this recipient.
    package var attempts: Int
    /// Its place in the flight log while it is being sent.
    package var place: Int?
    /// What was chosen for this person, `hero=travellers,…`.
    package var choices: String?
    /// Why it is held, skipped, suppressed or cancelled.
    package var reason: String?
    /// The relay's last words.
    package var reply: String?

    /// Whether it goes to a colleague: it belongs to nobody's profile and counts in no figures.
    package var isProof: Bool { profile == 0 }
}

/// A message that is ready to go, before its intent is durable.
package struct Intent: Sendable {
    package var delivery: Int64
    package var place: Int
    package var choices: String?
    package var mergeRow: [UInt8]
    /// The person's codes that it prints, by their pools.
    package var coupons: [String: String]
    /// Caps and hours that decide with consent; nil: none do.
    package var terms: SendTerms?

    package init(
        delivery: Int64, place: Int, choices: String?, mergeRow: [UInt8],
        coupons: [String: String] = [:], terms: SendTerms? = nil
    ) {
        self.terms = terms
        self.delivery = delivery
        self.place = place
        self.choices = choices
        self.mergeRow = mergeRow
        self.coupons = coupons
    }
}

/// Whether an intent was made durable.
package enum IntentAnswer: Hashable, Sendable {
    /// It may leave.
    case go
    /// It may not: the person, the topic or the operator said so meanwhile.
    case stop(reason: String)
}

/// How an attempt ended, and what follows from it.
package struct AttemptResult: Sendable {
    package var delivery: Int64
    package var outcome: Outcome
    /// When to try again after a temporary refusal or an unsent message; nil: its time is over.
    package var retryAt: Instant?
    /// The reply said that the address is dead: no more mail to this profile.
    package var addressIsDead: Bool
    /// The reply spoke of trouble with the mailbox that may pass.
    package var isMailboxTrouble: Bool

    package init(
        delivery: Int64, outcome: Outcome, retryAt: Instant?, addressIsDead: Bool,
        isMailboxTrouble: Bool = false
    ) {
        self.delivery = delivery
        self.outcome = outcome
        self.retryAt = retryAt
        self.addressIsDead = addressIsDead
        self.isMailboxTrouble = isMailboxTrouble
    }

    var bounceWeight: BounceHistory.Weight? {
        addressIsDead ? .hard : isMailboxTrouble ? .soft : nil
    }
}
