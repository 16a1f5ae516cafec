import Core

/// One message to one person, before it is bytes.
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
    package var text: (any LetterBody)?
    package var html: (any LetterBody)?
    /// Images of the HTML part and attachments.
    package var enclosures: Enclosures?

    package init(
        from: Mailbox, to: Mailbox, subject: String, date: Instant, messageID: String,
        text: (any LetterBody)?, html: (any LetterBody)?
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
        let bodies = (text?.mostOctets ?? 0) + (html?.mostOctets ?? 0)
        var writer = HeaderWriter(capacity: 2000 + bodies)
        try write(&writer)
        let headCount = writer.count
        writeBody(&writer)
        do {
            let message = try WireMessage(scanningHead: headCount, of: writer.takeBytes())
            guard let enclosures else { return message }
            return WireMessage(message, followedBy: enclosures.pieces)
        } catch {
            throw .wire(error)
        }
    }

    private func write(_ header: inout HeaderWriter) throws(MessageFault) {
        guard !subject.trimmed.isEmpty else { throw .empty(header: "Subject") }
        try header.mailboxes("From", [from])
        try header.mailboxes("To", [to])
        if let replyTo { try header.mailboxes("Reply-To", [replyTo]) }
        try header.text("Subject", subject)
        header.literal("Date", date.rfc5322)
        try header.messageID("Message-ID", messageID)
        if let listID {
            try header.identifier("List-Id", label: listID.label, listID.identifier)
        }
        if !unsubscribe.isEmpty {
            try header.urls("List-Unsubscribe", unsubscribe)
            if oneClick { header.literal("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") }
        }
        if let feedbackID { header.literal("Feedback-ID", feedbackID.text) }
        if let language { try header.text("Content-Language", language) }
        header.literal("MIME-Version", "1.0")
    }

    private func writeBody(_ writer: inout HeaderWriter) {
        if let enclosures, enclosures.hasAttachments {
            writer.literal("Content-Type", "multipart/mixed", [boundary(enclosures.mixed)])
            writer.line("\r\n--\(enclosures.mixed)")
        }
        if let enclosures, enclosures.hasInline {
            writer.literal(
                "Content-Type", "multipart/related",
                ["type=\"\(bodyType)\"", boundary(enclosures.related)])
            writer.line("\r\n--\(enclosures.related)")
        }
        writeAlternatives(&writer)
    }

    private func boundary(_ text: String) -> String { "boundary=\"\(text)\"" }

    private var bodyType: String {
        if text != nil, html != nil { return "multipart/alternative" }
        return html == nil ? "text/plain" : "text/html"
    }

    private func writeAlternatives(_ writer: inout HeaderWriter) {
        guard let text, let html else {
            Self.writePart(bodyType, html ?? text ?? [UInt8](), to: &writer)
            return
        }
        let boundary = self.boundary
        writer.literal("Content-Type", "multipart/alternative", [self.boundary(boundary)])
        let separator = "\r\n--" + boundary
        writer.line(separator)
        Self.writePart("text/plain", text, to: &writer)
        writer.line(separator)
        Self.writePart("text/html", html, to: &writer)
        writer.line(separator + "--")
    }

    // Made once: text that is put together is made for each message.
    private static let plainType = "text/plain; charset=utf-8"
    private static let htmlType = "text/html; charset=utf-8"

    private static func writePart(
        _ type: String, _ body: any LetterBody, to writer: inout HeaderWriter
    ) {
        writer.literal("Content-Type", type == "text/html" ? htmlType : plainType)
        writer.literal("Content-Transfer-Encoding", "quoted-printable")
        writer.line("")
        var bytes = writer.takeBytes()
        body.appendEncoded(to: &bytes)
        writer = HeaderWriter(after: bytes)
    }

    /// `=_` cannot occur in quoted-printable text, so no body can end its part (RFC 2045 §6.7);
    /// the Message-ID's letters keep it apart from that of a message around this one.
    private var boundary: String {
        var letters = Array("=_".utf8)
        for byte in messageID.utf8 where letters.count < 52 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: letters.append(byte)
            default: break
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
