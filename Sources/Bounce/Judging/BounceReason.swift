/// Why an address did not take a message. The raw values are what `maild-bench bounce` prints
/// and what the store keeps.
package enum BounceReason: String, Sendable, CaseIterable {
    /// No such mailbox.
    case userUnknown = "userunknown"
    /// No such domain, or it has no mail server.
    case domainUnknown = "hostunknown"
    /// The mailbox is elsewhere now.
    case moved = "hasmoved"
    /// The domain takes no mail at all (RFC 7504, RFC 7505).
    case takesNoMail = "notaccept"
    case mailboxFull = "mailboxfull"
    /// The mailbox exists and is switched off.
    case disabled = "suspend"
    case tooBig = "mesgtoobig"
    case content = "contenterror"
    case spam = "spamdetected"
    case policy = "policyviolation"
    case reputation = "blocked"
    case authentication = "authfailure"
    case rate = "ratelimited"
    case connection = "networkerror"
    case system = "systemerror"
    /// Tried until the time was up.
    case expired
    case filtered
    /// The sender's own address was refused.
    case sender = "rejected"
    /// The provider's suppression list had it.
    case suppressed
    case unclear = "undefined"

    /// Whether it says that the address is dead, whatever the code.
    package var isAddressDead: Bool {
        switch self {
        case .userUnknown, .domainUnknown, .moved, .takesNoMail: true
        default: false
        }
    }

    /// Whether it speaks of the recipient's mailbox at all, and not of the message, the sender
    /// or the way.
    package var concernsMailbox: Bool {
        isAddressDead || self == .mailboxFull || self == .disabled
    }
}
