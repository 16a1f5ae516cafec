/// A message with what the steps ask for, looked up once.
struct Notice: Sendable {
    let message: MIMEMessage
    /// The delivery-status parts of the notice itself, decoded. A bounce of a bounce encloses
    /// another's: the outermost counts.
    let statusParts: [[UInt8]]
    /// The texts of the notice itself, decoded, HTML without its tags; the first one is what a
    /// person would read.
    let texts: [[UInt8]]
    let isComplaint: Bool

    /// Bytes of each text that are looked at: recipients times lines stays small.
    static let maximumText = 64 * 1024

    init(_ message: MIMEMessage) {
        self.message = message
        let status = message.parts.filter {
            $0.type.type == "message/delivery-status"
                || $0.type.type == "message/global-delivery-status"
        }
        let outermost = status.map(\.enclosure).min()
        statusParts = status.filter { $0.enclosure == outermost }.map(message.content)
        texts = message.parts.filter { $0.enclosure == 0 && $0.type.type.hasPrefix("text/") }
            .filter { $0.type.type != "text/rfc822-headers" && !$0.body.isEmpty }
            .prefix(4)
            .map { part in
                let content = Array(message.content(of: part).prefix(Self.maximumText))
                return part.type.type == "text/html" ? HTMLText.plain(content) : content
            }
            .filter { !$0.isEmpty }
        isComplaint = message.parts.contains { $0.type.type == "message/feedback-report" }
    }

    var header: MailHeader { message.header }

    /// Where the message arrived: the envelope recipient as the delivering server noted it, then
    /// the addressees (RFC 5321 says that a report goes to the return path).
    var arrivedAt: [String] {
        ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc"]
            .flatMap { header.all($0).prefix(8) }
    }

    /// The Message-IDs of the returned mail: from its header, enclosed or as text, then from the
    /// notice's references to it.
    var messageIDs: [String] {
        var ids = returnedHeaders.compactMap { $0["message-id"] }
        for text in texts { ids += Self.quotedIDs(text) }
        for name in ["in-reply-to", "references", "x-original-message-id"] {
            ids += header.all(name)
        }
        return Array(ids.prefix(16))
    }

    private static func quotedIDs(_ text: [UInt8]) -> [String] {
        var ids: [String] = []
        for line in Lines(text) where ids.count < 8 {
            let trimmed = text[line.content].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x3E }
            guard let colon = MailHeader.colon(in: trimmed) else { continue }
            let name = String(decoding: trimmed[..<colon], as: UTF8.self).lowercased()
            if name == "message-id" {
                ids.append(String(decoding: trimmed[colon...].prefix(500), as: UTF8.self))
            }
        }
        return ids
    }

    /// The recipient who complained: the report's own field (RFC 5965 §3.2), else whom the returned
    /// mail was to.
    var complainer: String? {
        for part in message.parts where part.type.type == "message/feedback-report" {
            let content = message.content(of: part)
            let fields = MailHeader(content, in: content.indices)
            for name in ["original-rcpt-to", "removal-recipient"] {
                if let address = fields[name].flatMap(Address.inField) { return address }
            }
        }
        return returnedHeaders.lazy.compactMap { $0["to"].flatMap(Address.inField) }.first
    }

    /// The headers of returned mail: of an enclosed message, or as a text.
    private var returnedHeaders: [MailHeader] {
        message.parts.compactMap { part in
            if part.enclosure > 0 { return part.header }
            guard part.type.type == "text/rfc822-headers" else { return nil }
            let content = message.content(of: part)
            return MailHeader(content, in: content.indices)
        }
    }

    /// Whether a program answered by itself (RFC 3834 §5, and what programs before it wrote).
    /// Bounces of Postfix say `auto-replied` too, so this only counts where no report was found.
    var isAutoReply: Bool {
        let automatic = header["auto-submitted"]?.lowercased() ?? "no"
        if automatic.hasPrefix("auto-replied") { return true }
        if ["x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply"]
            .contains(where: { header[$0] != nil })
        {
            return true
        }
        if let precedence = header["precedence"]?.lowercased(),
            precedence == "auto_reply" || precedence == "auto-reply"
        {
            return true
        }
        let subject = header["subject"]?.lowercased() ?? ""
        return [
            "auto:", "automatic reply", "auto-reply", "autoreply", "out of office",
            "out of the office", "abwesenheit", "automatische antwort", "vacation",
            "réponse automatique",
        ].contains { subject.hasPrefix($0) }
    }

    /// Whether a mail server wrote it: a null return path, or an author no person has.
    var isFromMailSystem: Bool {
        guard !hasStandardAutoReply else { return false }
        if header["return-path"] == "<>" { return true }
        let from = (header["from"] ?? header["sender"] ?? "").lowercased()
        let subject = (header["subject"] ?? "").lowercased()
        return [
            "mailer-daemon", "mailer daemon", "postmaster", "mail delivery", "maildelivery",
            "mail-daemon", "mail administrator", "mail system", "mdaemon",
        ].contains { from.contains($0) }
            || [
                "undeliver", "failure notice", "delivery fail", "delivery status",
                "returned mail", "mail delivery", "delivery notif", "undelivered",
                "message delivery", "non deliver", "nondeliver", "unzustellbar",
                "delivery error", "delivery report", "returned to sender",
            ].contains { subject.contains($0) }
    }

    /// `auto-replied` without a delivery report beside it.
    private var hasStandardAutoReply: Bool {
        header["auto-submitted"]?.lowercased().hasPrefix("auto-replied") == true
            && header["return-path"] != "<>"
            && !(header["from"] ?? "").lowercased().contains("mailer-daemon")
    }
}
