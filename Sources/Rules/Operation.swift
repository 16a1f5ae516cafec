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
}
