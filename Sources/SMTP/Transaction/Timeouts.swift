import Core

/// How long a client waits at each step; the least that RFC 5321 §4.5.3.2 allows.
package struct Timeouts: Hashable, Sendable {
    package var mail = TimeSpan.minutes(5)
    package var rcpt = TimeSpan.minutes(5)
    /// For the 354 to DATA.
    package var data = TimeSpan.minutes(2)
    /// For the other side to take the next bytes of a message.
    package var block = TimeSpan.minutes(3)
    /// For the reply to the final dot: giving up here is what makes duplicates.
    package var dot = TimeSpan.minutes(10)
    /// For RSET; the RFC names none.
    package var rset = TimeSpan.minutes(5)
    /// For QUIT; nothing depends on its reply.
    package var quit = TimeSpan.seconds(10)

    package init() {}
}
