package import Core
package import Message
package import Pacing
package import Store

/// Makes messages from frozen versions. One object a thread; it may cache what it compiled.
package protocol Composer: AnyObject {
    /// What a version says about how its mailing runs. Throws when it cannot be read.
    func terms(of version: VersionRecord) throws -> MailingTerms

    /// Who gets it now, for use at once; nil is everybody.
    func audience(
        of version: VersionRecord, in reader: ReadAccess, at now: Instant
    ) throws -> CompiledCondition?

    /// Makes one person's message. Throws for what is no fault of this person (the store, a version
    /// that cannot be read): the delivery stays queued.
    func compose(
        _ delivery: DeliveryRecord, of version: VersionRecord, in reader: ReadAccess,
        at now: Instant
    ) throws -> Composed
}

/// What came of composing one message.
package enum Composed: Sendable {
    case mail(ComposedMail)
    /// The template decided so, or nothing was left to say.
    case skip(reason: String)
    /// This person's message cannot be made; an operator may look.
    case hold(reason: String)
    /// It prints a code of this coupon pool, of which the person has none: take one and compose
    /// again.
    case coupon(pool: String)
}

/// A message and what is kept of how it was made.
package struct ComposedMail: Sendable {
    package var sender: EmailAddress
    package var recipient: EmailAddress
    package var message: WireMessage
    package var choices: String?
    package var mergeRow: [UInt8]
    /// The person's codes by their pools; all in the merge row too.
    package var coupons: [String: String]
    /// For reports of delay and failure (RFC 3461).
    package var envelopeID: String?

    package init(
        sender: EmailAddress, recipient: EmailAddress, message: WireMessage,
        choices: String? = nil, mergeRow: [UInt8] = [],
        coupons: [String: String] = [:], envelopeID: String? = nil
    ) {
        self.sender = sender
        self.recipient = recipient
        self.message = message
        self.choices = choices
        self.mergeRow = mergeRow
        self.coupons = coupons
        self.envelopeID = envelopeID
    }
}

/// How a mailing runs.
package struct MailingTerms: Hashable, Sendable {
    package var skipLimit: SkipLimit
    /// Nil is the daemon's own.
    package var lifetime: TimeSpan?
    /// Nil is the usual one.
    package var priority: Priority?
    /// Of this mailing alone.
    package var rate: Rate?
    /// The domain of From, by which a relay may be chosen.
    package var senderDomain: String?
    /// Hours in which it may leave; nil is the daemon's own.
    package var window: SendWindow?
    /// In which its hours and its deadline are read; nil is the configured one.
    package var zone: Zone?
    package var deadline: Deadline?
    package var stagger: Stagger?
    /// A person gets it once in this time.
    package var once: TimeSpan?
    /// `in-doubt: resend`: what nobody knows about is sent again instead of listed.
    package var resendsInDoubt: Bool

    package init(
        skipLimit: SkipLimit = .percent(2), lifetime: TimeSpan? = nil,
        priority: Priority? = nil, rate: Rate? = nil, senderDomain: String? = nil,
        resendsInDoubt: Bool = false
    ) {
        self.priority = priority
        self.rate = rate
        self.senderDomain = senderDomain
        self.skipLimit = skipLimit
        self.lifetime = lifetime
        self.resendsInDoubt = resendsInDoubt
    }
}
