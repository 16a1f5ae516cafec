package import Core

/// After how long a reply is overdue: what has not begun then goes over another session.
package struct Patience: Hashable, Sendable {
    /// For the replies to MAIL, RCPT and DATA.
    package var reply: TimeSpan
    /// For the reply to the final dot: a relay may scan a message for seconds before it answers.
    package var dot: TimeSpan

    package init(reply: TimeSpan = .seconds(1), dot: TimeSpan = .seconds(5)) {
        self.reply = reply
        self.dot = dot
    }
}
