package import Bounce
package import Core
package import Store

/// What the inbox needs of the daemon around it; stations do not know each other.
package struct InboxSurroundings: Sendable {
    package var clock: @Sendable () -> Instant
    package var log: Log
    /// What words and codes of a mail server mean.
    package var classifier: Classifier
    /// A report came of a recipient's server: for the pacing of its mail. Called after the commit,
    /// on the thread that read the message; must be short.
    package var reported: @Sendable (DestinationNews) -> Void
    /// Where answers to a version go; nil: they are recorded only.
    package var replyAddress: @Sendable (_ version: Int64, ReadAccess) throws -> EmailAddress?
    /// Hands an answer on; blocks. Nil: nothing is forwarded.
    package var forward: Forward?
    /// What a mailing's limit stopped: the sender should look.
    package var ledgerChanged: @Sendable () -> Void

    package typealias Forward =
        @Sendable (
            _ message: [UInt8], _ recipient: EmailAddress,
            _ isStopped: @escaping @Sendable () -> Bool
        ) -> ForwardOutcome

    package enum ForwardOutcome: Hashable, Sendable {
        case sent
        /// To be tried again; with the reason.
        case later(String)
        case refused(String)
    }

    package init(
        clock: @escaping @Sendable () -> Instant, log: Log, classifier: Classifier = .standard,
        reported: @escaping @Sendable (DestinationNews) -> Void = { _ in },
        replyAddress: @escaping @Sendable (Int64, ReadAccess) throws -> EmailAddress? = { _, _ in
            nil
        },
        forward: Forward? = nil, ledgerChanged: @escaping @Sendable () -> Void = {}
    ) {
        self.clock = clock
        self.log = log
        self.classifier = classifier
        self.reported = reported
        self.replyAddress = replyAddress
        self.forward = forward
        self.ledgerChanged = ledgerChanged
    }
}
