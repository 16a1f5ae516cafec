import Core
import Message

/// One message to one recipient, ready to go.
package struct Mail: Sendable {
    /// The caller's name for it, unique among what a machine holds.
    package var tag: Int64
    /// The return path; nil is `<>`.
    package var sender: EmailAddress?
    package var recipient: EmailAddress
    package var message: WireMessage
    /// When set, and where the server offers DSN, reports of delay and failure are asked for under
    /// this ENVID (RFC 3461 §4.4): at most 100 octets are used.
    package var envelopeID: String?

    package init(
        tag: Int64, sender: EmailAddress?, recipient: EmailAddress, message: WireMessage,
        envelopeID: String? = nil
    ) {
        self.tag = tag
        self.sender = sender
        self.recipient = recipient
        self.message = message
        self.envelopeID = envelopeID
    }
}
