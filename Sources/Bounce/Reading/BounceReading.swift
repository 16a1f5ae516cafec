/// What a message that came to the return path turned out to be.
package struct BounceReading: Sendable {
    package enum Kind: String, Sendable {
        /// A delivery report, for the recipients in it.
        case report
        /// A complaint in the abuse reporting format (RFC 5965).
        case complaint
        /// An answer by a machine, such as a vacation note (RFC 3834): never a bounce.
        case autoReply
        /// Nothing of the kind: mail by a person, or not to be understood.
        case other
    }

    package var kind: Kind
    package var recipients: [RecipientReport]
    /// Whom a complaint or an automatic reply is about; nil otherwise, and where it does not tell.
    package var person: String?
    /// What a complaint calls itself (RFC 5965 §3.1), in lower case: abuse, fraud, opt-out,
    /// not-spam, auth-failure …; nil for anything else.
    package var feedbackType: String?
    /// A mail server wrote it, by its null return path or its author: where no recipient was
    /// found in such a message, something was not understood.
    package var isFromMailSystem: Bool
    /// Addresses the message came to, the envelope's first: where the return path stands.
    package var arrivedAt: [String]
    /// Message-IDs of the mail it speaks of, as text that may hold several.
    package var messageIDs: [String]
    /// Read only in part, since it is too long, too deep or of too many parts.
    package var isCut: Bool
    /// What each step found, for `bounce explain`; no addresses.
    package var steps: [String]

    /// What the report means in all for the one delivery that it came back from: the weightiest
    /// failure that is not a mere guess, else the first. Nil when nothing failed.
    package var failure: RecipientReport? {
        let failed = recipients.filter { $0.action == .failed }
        return failed.first { $0.verdict.weight == .hard && $0.confidence > .low }
            ?? failed.first { $0.verdict.weight == .soft } ?? failed.first
    }
}
