package import Core

/// What is known of a person's bounces, as the policy judges it.
package struct BounceHistory: Hashable, Sendable {
    package enum Weight: String, Hashable, Sendable {
        /// The address is dead.
        case hard
        /// The address is dead, by a code that is not final.
        case parked
        /// Something about the mailbox that may pass.
        case soft
        /// Nothing about the address.
        case none
        /// A guess of the reader.
        case unsure
    }

    package struct Bounce: Hashable, Sendable {
        package var at: Instant
        package var weight: Weight
        /// The reason's name with the codes.
        package var reason: String
        package var mailing: Int64?
        package var delivery: Int64?

        package init(
            at: Instant, weight: Weight, reason: String, mailing: Int64? = nil,
            delivery: Int64? = nil
        ) {
            self.at = at
            self.weight = weight
            self.reason = reason
            self.mailing = mailing
            self.delivery = delivery
        }
    }

    /// The last thing that shows that mail arrives.
    package struct Sign: Hashable, Sendable {
        package var at: Instant
        /// The event's kind, or `delivered`.
        package var kind: String

        package init(at: Instant, kind: String) {
            self.at = at
            self.kind = kind
        }
    }

    /// Newest first, at most `limit`.
    package var bounces: [Bounce]
    package var lastSign: Sign?

    /// How many bounces are looked at.
    package static let limit = 200

    package init(bounces: [Bounce], lastSign: Sign? = nil) {
        self.bounces = bounces
        self.lastSign = lastSign
    }
}
