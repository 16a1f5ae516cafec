import Core

/// Why no session could be opened, or why one broke.
package struct SessionFailure: Error, Hashable, Sendable {
    package enum Kind: Sendable {
        /// Resolving, connecting, or the connection itself: try again later.
        case network
        /// The server said no or spoke nonsense.
        case refused
        /// No TLS, or none that could be verified; nothing was sent.
        case tls
        /// The login failed or was not offered: trying again does not help.
        case login
        /// What was configured cannot be used.
        case configuration
    }

    package var kind: Kind
    package var stage: Stage
    /// What happened, for the log; without credentials.
    package var reason: String
    /// The reply that said so, when one did.
    package var reply: SMTPReply?

    package init(kind: Kind, stage: Stage, reason: String, reply: SMTPReply? = nil) {
        self.kind = kind
        self.stage = stage
        self.reason = reason
        self.reply = reply
    }
}

extension SessionFailure: CustomStringConvertible {
    package var description: String {
        let said = reply.map { " (\($0))" } ?? ""
        return "\(stage.rawValue): \(reason)\(said)"
    }
}
