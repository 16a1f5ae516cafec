/// What an operator asks of a destination.
package struct DestinationRequest: Hashable, Sendable {
    package enum Verb: String, Sendable, CaseIterable {
        case slow, rest, resume
    }

    package var verb: Verb
    /// The destination's name or one of its domains.
    package var domain: String
    /// For `slow`, as maild.conf writes rates.
    package var rate: String?
}
