import Core

extension TransactionMachine {
    /// A command whose reply is owed.
    enum Command: Sendable {
        case mail, rcpt, data, dot, rset, quit

        var stage: Stage {
            switch self {
            case .mail, .rset, .quit: .mail
            case .rcpt: .rcpt
            case .data: .data
            case .dot: .dot
            }
        }
    }

    /// A message between MAIL and the reply to DATA.
    struct Exchange: Sendable {
        let mail: Mail
        /// What to say next where commands wait for replies; nil when all three are said.
        var nextCommand: Command? = .mail
        var isMailAccepted = false
        var isRecipientAccepted = false
        /// The first refusal; it is the outcome, whatever the later commands are answered.
        var failure: Outcome?

        /// The stage reached, for a message that a lost connection takes with it.
        var stage: Stage {
            isRecipientAccepted ? .data : isMailAccepted ? .rcpt : .mail
        }
    }

    /// A message whose content was given to the connection.
    struct Closing: Sendable {
        let tag: Int64
        /// Only the dot, because the server wanted content for nobody; its outcome is out already.
        let isLone: Bool
        /// The connection took the final dot.
        var isGone = false
    }

    /// Bytes that are written together.
    struct Piece: Sendable {
        var bytes: [UInt8] = []
        /// The message whose final dot is among them, and where the dot's line ends.
        var dot: Int64?
        var dotEnd: Int?
        /// `.dotLeaves` is out.
        var isMarked = false
    }
}
