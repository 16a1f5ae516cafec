package import Core

/// Where a person is in a sequence.
package struct SequencePlace: Hashable, Sendable {
    package enum State: Int, Hashable, Sendable, CaseIterable {
        case inside = 0
        /// Through the last step.
        case finished = 1
        /// The exit condition held.
        case left = 2
        /// By an operator.
        case takenOut = 3
        /// Its exit condition could not be calculated.
        case failed = 4

        /// As people read it.
        package var word: String {
            switch self {
            case .inside: "inside"
            case .finished: "finished"
            case .left: "left"
            case .takenOut: "taken out"
            case .failed: "failed"
            }
        }
    }

    package var profile: Int64
    package var sequence: String
    package var state: State
    /// The number of the step to come, from 1.
    package var step: Int
    /// When that is to be done.
    package var due: Instant
    /// How often the person has entered.
    package var round: Int
    package var entered: Instant
    /// When a step was done last, or the person entered or left.
    package var changed: Instant
    /// The event that brought her in.
    package var event: Int64?

    package init(
        profile: Int64, sequence: String, due: Instant, round: Int = 1, entered: Instant,
        event: Int64?
    ) {
        self.profile = profile
        self.sequence = sequence
        self.due = due
        self.round = round
        self.entered = entered
        self.event = event
        state = .inside
        step = 1
        changed = entered
    }
}

/// How many people of a sequence are where.
package struct SequenceCount: Hashable, Sendable {
    package var state: SequencePlace.State
    /// The step to come; of those who are out, the one they did not do any more.
    package var step: Int
    package var people: Int
}
