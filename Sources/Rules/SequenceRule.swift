import Core
import Expression

/// `[sequence NAME]`: steps that a person goes through, each once.
package struct SequenceRule: Hashable, Sendable {
    package enum Entry: Hashable, Sendable {
        case segment(String)
        /// From not subscribed to subscribed.
        case subscribe(topic: String)
        case event(EventKind)
    }

    package enum Step: Hashable, Sendable {
        case send(mailing: String)
        case wait(TimeSpan)
        case sendIf(Expression, mailing: String)

        /// What it sends, if it does.
        package var mailing: String? {
            switch self {
            case .send(let mailing), .sendIf(_, let mailing): mailing
            case .wait: nil
            }
        }
    }

    package var name: String
    package var enter: Entry
    /// Holds: the person leaves before the next step.
    package var exit: Expression?
    /// Not empty.
    package var steps: [Step]
    /// Whether somebody who is through may enter again; `per` counts from the last entry.
    package var once: TriggerRule.Once = .ever

    /// How many steps up to this one (from 0), itself included, send the same mailing.
    package func nth(_ index: Int) -> Int {
        steps[...index].count { $0.mailing != nil && $0.mailing == steps[index].mailing }
    }
}

/// `[cap]`: how much mail a person gets at most.
package struct CapRule: Hashable, Sendable {
    /// At most `count` mailings in any `span`.
    package struct Limit: Hashable, Sendable {
        package var count: Int
        package var span: TimeSpan

        package init(count: Int, span: TimeSpan) {
            self.count = count
            self.span = span
        }
    }

    /// Over all marketing mail.
    package var marketing: Limit?
    package var topics: [String: Limit] = [:]

    package init() {}
}
