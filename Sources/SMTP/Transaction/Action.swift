import Core

/// What a `TransactionMachine` wants done, in this order.
package enum Action: Hashable, Sendable {
    /// The next `.send` holds this message's final dot: leave a mark that survives us, then send.
    case dotLeaves(tag: Int64)
    /// Hand these bytes to the connection and report with `wrote` how far it took them.
    case send([UInt8])
    /// The reply to this message's final dot was read; its outcome follows.
    case replied(tag: Int64, SMTPReply)
    /// How it ended; comes once for every message submitted.
    case outcome(tag: Int64, Outcome)
    /// Close the connection without another byte. The last action there is.
    case close(CloseReason)
}
