import Core

/// What the letters of one mailing have in common, written once: a letter adds what is its person's.
///
/// An object, so that each letter counts one reference.
package final class Letterhead: Sendable {
    private typealias Lines = HeaderWriter.Prepared

    /// The list that the letters belong to (RFC 2919).
    package struct List: Sendable {
        /// For people.
        package var label: String?
        /// The front of its identifier, which the letter's `listDomain` ends; empty for none.
        package var name: String

        package init(label: String?, name: String) {
            self.label = label
            self.name = name
        }
    }

    /// The beginning of List-Id.
    private struct ListStart: Sendable {
        var line: Lines
        var isLabelled: Bool
        /// With the dot behind it, or empty.
        var name: String
    }

    private let from: Lines
    private let replyTo: Lines
    private let list: ListStart?
    private let oneClick: Lines
    /// Up to the sender.
    private let feedbackID: Lines?
    private let end: Lines
    private let enclosures: Enclosures?

    /// - Parameters:
    ///   - oneClick: whether a letter's first `unsubscribe` takes a one-click POST (RFC 8058).
    ///   - feedbackID: its sender stands in each letter.
    ///   - language: a language tag (BCP 47) such as `de`.
    ///   - enclosures: images of the HTML part and attachments.
    package init(
        from: Mailbox, replyTo: Mailbox? = nil, list: List? = nil, oneClick: Bool = false,
        feedbackID: FeedbackID? = nil, language: String? = nil, enclosures: Enclosures? = nil
    ) throws(MessageFault) {
        var writer = HeaderWriter(capacity: 200)
        try writer.mailboxes("From", [from])
        self.from = writer.takePrepared()
        if let replyTo { try writer.mailboxes("Reply-To", [replyTo]) }
        self.replyTo = writer.takePrepared()
        self.list = try list.map { (list) throws(MessageFault) in
            guard list.name.isEmpty || HeaderWriter.isDotAtom(list.name) else {
                throw .malformed(header: "List-Id")
            }
            let isLabelled = try writer.startIdentifier("List-Id", label: list.label)
            return ListStart(
                line: writer.takePrepared(), isLabelled: isLabelled,
                name: list.name.isEmpty ? "" : list.name + ".")
        }
        if oneClick { writer.literal("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") }
        self.oneClick = writer.takePrepared()
        self.feedbackID = feedbackID.map { feedbackID in
            writer.startFeedbackID(feedbackID)
            return writer.takePrepared()
        }
        if let language { try writer.text("Content-Language", language) }
        writer.literal("MIME-Version", "1.0")
        end = writer.takePrepared()
        self.enclosures = enclosures
    }

    /// A letter under this head, as it goes over the wire.
    package func message(_ letter: PersonalLetter) throws(MessageFault) -> WireMessage {
        let bodies = (letter.text?.octetCount ?? 0) + (letter.html?.octetCount ?? 0)
        var writer = HeaderWriter(capacity: 2000 + bodies)
        try write(letter, to: &writer)
        let headCount = writer.count
        MessageBody(letter, enclosures).write(to: &writer)
        do {
            let message = try WireMessage(scanningHead: headCount, of: writer.takeBytes())
            guard let enclosures else { return message }
            return WireMessage(message, followedBy: enclosures.pieces)
        } catch {
            throw .wire(error)
        }
    }

    private func write(
        _ letter: PersonalLetter, to header: inout HeaderWriter
    ) throws(MessageFault) {
        header.put(from)
        try header.mailboxes("To", CollectionOfOne(letter.to))
        header.put(replyTo)
        guard !letter.subject.trimmed.isEmpty else { throw .empty(header: "Subject") }
        try header.text("Subject", letter.subject)
        header.literal("Date", letter.date.rfc5322)
        try header.messageID("Message-ID", letter.messageID)
        if let list {
            header.put(list.line)
            try header.endIdentifier(
                "List-Id", front: list.name, letter.listDomain, isLabelled: list.isLabelled)
        }
        if !letter.unsubscribe.isEmpty {
            try header.urls("List-Unsubscribe", letter.unsubscribe)
            header.put(oneClick)
        }
        if let feedbackID {
            header.put(feedbackID)
            header.endFeedbackID(letter.feedbackSender)
        }
        header.put(end)
    }
}
