import Core

/// Why the machine gives up its connection. A connection is never used again after it.
package enum CloseReason: Hashable, Sendable {
    /// QUIT was said and answered, or needed no answer any more.
    case finished
    /// The server said 421.
    case serviceClosing(SMTPReply)
    /// The other side went away; the text says how.
    case lost(String)
    /// No reply at this stage within its time.
    case timeout(Stage)
    /// Replies can no longer be matched to commands for certain; the text says why.
    case repliesInDoubt(String)
}

extension CloseReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .finished: "finished"
        case .serviceClosing(let reply): "the server is closing: \(reply)"
        case .lost(let how): "connection lost: \(how)"
        case .timeout(let stage): "no reply to \(stage.rawValue) in time"
        case .repliesInDoubt(let why): "replies in doubt: \(why)"
        }
    }
}
