/// Complaints: the abuse reporting format (RFC 5965) in its container, in a wrong one and in
/// none, and what providers sent before it.
struct Complaint {
    /// The type it gives, in lower case: abuse, fraud, opt-out, not-spam, auth-failure …
    var type: String
    /// Whoever complained, where the report tells.
    var person: String?
    /// How it was recognised.
    var step: String

    /// Nil where a message is no complaint.
    static func find(_ notice: Notice) -> Complaint? {
        let parts = notice.message.parts.filter { $0.type.type == "message/feedback-report" }
        if let part = parts.min(by: { $0.enclosure < $1.enclosure }),
            part.enclosure <= notice.statusEnclosure ?? .max
        {
            let content = notice.message.content(of: part)
            let fields = MailHeader(content, in: content.indices)
            return Complaint(
                type: fields["feedback-type"]?.lowercased() ?? "abuse",
                person: person(fields, notice), step: "a feedback report (RFC 5965)")
        }
        guard notice.statusEnclosure == nil else { return nil }
        return loose(notice) ?? provider(notice)
    }

    /// The fields of a report in a text.
    private static func loose(_ notice: Notice) -> Complaint? {
        for text in notice.texts {
            guard
                let line = text.lines.firstIndex(where: {
                    let content = text.bytes[$0.content]
                    return content.count < 100 && content.first.map { $0 | 0x20 } == 0x66
                        && String(decoding: content, as: UTF8.self).lowercased()
                            .hasPrefix("feedback-type:")
                })
            else { continue }
            let start = text.lines[line].content.lowerBound
            let fields = MailHeader(text.bytes, in: start..<text.bytes.count)
            guard fields["user-agent"] != nil || fields["version"] != nil else { continue }
            return Complaint(
                type: fields["feedback-type"]?.lowercased() ?? "abuse",
                person: person(fields, notice), step: "feedback fields in text")
        }
        return nil
    }

    /// Reports of a mailbox provider in a form of its own: the returned mail with a note whose
    /// it was.
    private static func provider(_ notice: Notice) -> Complaint? {
        let subject = notice.subject.lowercased()
        let hotmail =
            ([notice.header] + notice.returnedHeaders).lazy
            .compactMap { $0["x-hmxmroriginalrecipient"] }.first
            ?? notice.texts.lazy.compactMap { field("x-hmxmroriginalrecipient:", $0) }.first
        if hotmail != nil || subject.hasPrefix("complaint about message from") {
            return Complaint(
                type: "abuse",
                person: hotmail.flatMap(Address.inField) ?? returnedTo(notice),
                step: "a complaint in its provider's own form")
        }
        if subject.hasPrefix("email feedback report for ip")
            || subject.hasPrefix("abuse report for ip") || subject == "client tos notification"
        {
            return Complaint(
                type: "abuse", person: returnedTo(notice), step: "a complaint by its subject")
        }
        return nil
    }

    private static func field(_ name: String, _ text: NoticeText) -> String? {
        for line in text.lines {
            let content = text.bytes[line.content]
            guard content.count < 500, content.first.map({ $0 | 0x20 }) == name.utf8.first else {
                continue
            }
            let value = String(decoding: content, as: UTF8.self)
            if value.lowercased().hasPrefix(name) {
                return String(value.dropFirst(name.utf8.count))
            }
        }
        return nil
    }

    private static func person(_ fields: MailHeader, _ notice: Notice) -> String? {
        for name in ["original-rcpt-to", "removal-recipient", "original-recipient"] {
            if let address = fields[name].flatMap(Address.inField) { return address }
        }
        for header in notice.returnedHeaders {
            if let address = header["x-hmxmroriginalrecipient"].flatMap(Address.inField) {
                return address
            }
        }
        return returnedTo(notice)
    }

    /// Whom the returned mail was to.
    private static func returnedTo(_ notice: Notice) -> String? {
        if let to = notice.returnedHeaders.lazy.compactMap({ $0["to"].flatMap(Address.inField) })
            .first
        {
            return to
        }
        return notice.texts.lazy.compactMap { field("to:", $0).flatMap(Address.inField) }.first
    }
}
