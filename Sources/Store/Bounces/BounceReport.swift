/// A failure of one delivery, as somebody reported it, for the policy to judge.
package struct BounceReport: Hashable, Sendable {
    package var delivery: Int64
    package var weight: BounceHistory.Weight
    /// The reason's name with the codes; no address.
    package var reason: String
    /// The relay said it at once; the ledger's row is settled by the attempt.
    package var isInSession: Bool

    package init(
        delivery: Int64, weight: BounceHistory.Weight, reason: String, isInSession: Bool = false
    ) {
        self.delivery = delivery
        self.weight = weight
        self.reason = reason
        self.isInSession = isInSession
    }
}

/// What a bounce or a complaint led to.
package struct BounceEffect: Hashable, Sendable {
    /// How the person stands now.
    package var standing: BouncePolicy.Standing
    /// What happened to the mailing, in words for the log; nil when nothing did.
    package var alert: Alert?

    package struct Alert: Hashable, Sendable {
        package var isPause: Bool
        package var text: String
    }
}
