import Core

/// One message to one person, before it is bytes: for mail of which there is one. Mailings write what
/// their letters share once, in a `Letterhead`.
///
/// The strings may hold anything a profile or a template holds; what may not stand in a header
/// makes `serialize` refuse, and the bodies are encoded so that nothing in them can reach the
/// wire's grammar.
package struct Letter: Sendable {
    package var from: Mailbox
    package var to: Mailbox
    package var replyTo: Mailbox?
    package var subject: String
    package var date: Instant
    /// `left@right` without brackets; the same whenever this delivery is made again.
    package var messageID: String
    /// The list this mail belongs to (RFC 2919): a label for people and a dotted identifier.
    package var listID: (label: String?, identifier: String)?
    /// Where to unsubscribe (RFC 2369): https first, mailto after it. Empty for none.
    package var unsubscribe: [String] = []
    /// Whether the first of `unsubscribe` takes a one-click POST (RFC 8058).
    package var oneClick = false
    package var feedbackID: FeedbackID?
    /// A language tag (BCP 47) such as `de`.
    package var language: String?
    /// At least one of the two bodies should be there.
    package var text: [UInt8]?
    package var html: [UInt8]?
    /// Images of the HTML part and attachments.
    package var enclosures: Enclosures?

    package init(
        from: Mailbox, to: Mailbox, subject: String, date: Instant, messageID: String,
        text: [UInt8]?, html: [UInt8]?
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.text = text
        self.html = html
    }

    /// The message as it goes over the wire.
    package func serialize() throws(MessageFault) -> WireMessage {
        let head = try Letterhead(
            from: from, replyTo: replyTo,
            list: listID.map { Letterhead.List(label: $0.label, name: "") }, oneClick: oneClick,
            feedbackID: feedbackID, language: language, enclosures: enclosures)
        var letter = PersonalLetter(
            to: to, subject: subject, date: date, messageID: messageID, text: text, html: html)
        letter.listDomain = listID?.identifier ?? ""
        letter.unsubscribe = unsubscribe
        letter.feedbackSender = feedbackID?.sender ?? ""
        return try head.message(letter)
    }
}
