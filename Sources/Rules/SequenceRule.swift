import Core
import Expression

/// `[sequence NAME]`: steps that a person goes through, each once.
package struct SequenceRule: Hashable, Sendable {
    package enum Entry: Hashable, Sendable {
        case segment(String)
        case subscribe(topic: String)
        case event(EventKind)
    }

    package enum Step: Hashable, Sendable {
        case send(mailing: String)
        case wait(TimeSpan)
        case sendIf(Expression, mailing: String)
    }

    package var name: String
    package var enter: Entry
    /// Holds: the person leaves before the next step.
    package var exit: Expression?
    package var steps: [Step]
}

/// `[cap]`: how much mail a person gets at most.
package struct CapRule: Hashable, Sendable {
    /// At most `count` mailings in any `span`.
    package struct Limit: Hashable, Sendable {
        package var count: Int
        package var span: TimeSpan
    }

    /// Over all marketing mail.
    package var marketing: Limit?
    package var topics: [String: Limit] = [:]
}
