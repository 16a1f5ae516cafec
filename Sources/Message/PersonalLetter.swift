import Core

/// What of a letter is one person's; the rest is its letterhead's.
package struct PersonalLetter {
    package var to: Mailbox
    package var subject: String
    package var date: Instant
    /// `left@right` without brackets; the same whenever this delivery is made again.
    package var messageID: String
    /// The end of the list's identifier.
    package var listDomain = ""
    /// Where to unsubscribe (RFC 2369): https first, mailto after it. Empty for none.
    package var unsubscribe: [String] = []
    /// The last part of the Feedback-ID.
    package var feedbackSender = ""
    /// At least one of the two bodies should be there.
    package var text: (any LetterBody)?
    package var html: (any LetterBody)?

    package init(
        to: Mailbox, subject: String, date: Instant, messageID: String,
        text: (any LetterBody)?, html: (any LetterBody)?
    ) {
        self.to = to
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.text = text
        self.html = html
    }
}
