/// What a refusal means for the profile behind the address.
package struct BounceVerdict: Hashable, Sendable {
    package enum Weight: String, Sendable {
        /// The address is dead: no more mail at once.
        case hard
        /// Something about the mailbox that may pass: counted.
        case soft
        /// Nothing about the address: the profile is left alone.
        case none
    }

    package var reason: BounceReason
    package var weight: Weight

    package init(reason: BounceReason, weight: Weight) {
        self.reason = reason
        self.weight = weight
    }
}
