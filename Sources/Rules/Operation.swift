import Core
import Expression

/// One step of an action; each sees the results of those before it.
package enum Operation: Hashable, Sendable {
    /// `FIELD = EXPR`
    case set(field: String, Expression)
    /// `FIELD += EXPR`: from 0 where nothing is stored; a date moves by a duration.
    case add(field: String, Expression)
    /// `FIELD -= EXPR`
    case subtract(field: String, Expression)
    case clear(field: String)
    case tag(String)
    case untag(String)
    case subscribe(topic: String)
    case unsubscribe(topic: String)
    /// The mailing's name, and how long after the event it is due.
    case send(mailing: String, after: TimeSpan)
    /// Mail to colleagues whom maild.conf names.
    case notify(staff: String, NoticeText)
    /// A call of another system that maild.conf names.
    case call(webhook: String)
}

extension Operation {
    /// Whether its result depends on the event's values.
    package var asksEvent: Bool {
        switch self {
        case .set(_, let value), .add(_, let value), .subtract(_, let value): value.asksEvent
        case .notify(_, let text):
            text.parts.contains { part in
                if case .value(let name) = part { name.hasPrefix(EventRule.prefix) } else { false }
            }
        case .call: true
        case .clear, .tag, .untag, .subscribe, .unsubscribe, .send: false
        }
    }
}

extension Expression {
    /// Whether it reads a value of an event, `event.NAME`.
    package var asksEvent: Bool {
        mentionedFields.contains { $0.name.hasPrefix(EventRule.prefix) }
    }
}
