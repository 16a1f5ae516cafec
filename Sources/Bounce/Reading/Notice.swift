internal import Core

/// A message with what the steps ask for, looked up once.
struct Notice: Sendable {
    let message: MIMEMessage
    let classifier: Classifier
    /// The delivery-status parts of the notice itself, decoded. A bounce of a bounce encloses
    /// another's: the outermost counts.
    let statusParts: [[UInt8]]
    /// How many enclosed messages those stand in.
    let statusEnclosure: Int?
    /// A limit was reached, so not everything was read.
    let isCut: Bool
    /// The texts of the notice itself, HTML without its tags; the first one is what a person
    /// would read.
    let texts: [NoticeText]
    let subject: String
    let from: String
    let traits: Traits
    /// The notice says that something arrived, and of no failure.
    let saysSuccess: Bool
    /// A text that may be a notice without a report: a mail server's, or one that says so in
    /// subject and words.
    private(set) var mayBeFreeText = false
    /// One about which there is no doubt, so that a weak step may look for the recipient.
    private(set) var isSurelyNotice = false

    /// Bytes of each text that are looked at: recipients times lines stays small.
    static let maximumText = 64 * 1024
    /// Bytes of all delivery-status parts that are looked at.
    static let maximumStatus = 256 * 1024

    init(_ message: MIMEMessage, _ classifier: Classifier) {
        self.message = message
        self.classifier = classifier
        let status = message.parts.filter {
            $0.type.type == "message/delivery-status"
                || $0.type.type == "message/global-delivery-status"
        }
        statusEnclosure = status.map(\.enclosure).min()
        var left = Self.maximumStatus
        statusParts = status.filter { [statusEnclosure] in $0.enclosure == statusEnclosure }
            .map { part in
                let content = message.content(of: part)
                left -= content.count
                return Array(content.prefix(max(0, left + content.count)))
            }
        isCut = message.isCut || left < 0
        texts = Self.words(of: message).map { NoticeText($0, classifier) }
        subject = EncodedWord.decode(message.header["subject"] ?? "")
        from = EncodedWord.decode(message.header["from"] ?? message.header["sender"] ?? "")
        traits = Traits(message.header, subject: subject, from: from)
        saysSuccess = texts.contains { $0.says(.success) && !$0.says(.failure) }
        judgeText()
    }

    /// A lone address counts in a machine's notice that speaks of failure in any words.
    var mayNameAlone: Bool {
        isSurelyNotice
            || mayBeFreeText && traits.hasEvidence && !saysSuccess
                && texts.contains { $0.says(.perhapsFailure) }
    }

    private mutating func judgeText() {
        let says = texts.contains { $0.says(.failure, .delay) }
        let isReceipt = traits.isDisposition && !(texts.first?.says(.failure) ?? false)
        guard !traits.isAnswer, !isReceipt,
            traits.isNamedMailSystem || !(traits.isAutoReply || saysAway)
        else { return }
        if traits.isNamedMailSystem {
            mayBeFreeText = true
            isSurelyNotice = says || traits.saysSubject
        } else {
            let hasMark =
                traits.saysSubject || traits.hasReportContainer || traits.hasEmbeddedReport
            mayBeFreeText = says && hasMark || traits.hasNullPath || traits.hasEmbeddedReport
            isSurelyNotice = says && hasMark && traits.hasEvidence
        }
        if saysSuccess { isSurelyNotice = false }
    }

    var header: MailHeader { message.header }

    /// The texts beside the report; of a message whose parts cannot be told apart, all of it.
    private static func words(of message: MIMEMessage) -> [[UInt8]] {
        let own = message.parts.filter { $0.enclosure == 0 && !$0.body.isEmpty }
        var chosen = own.filter {
            $0.role == .leaf && $0.type.type.hasPrefix("text/")
                && $0.type.type != "text/rfc822-headers"
        }
        // People read the plain text first, whatever the order.
        chosen =
            chosen.filter { $0.type.type != "text/html" }
            + chosen.filter { $0.type.type == "text/html" }
        if chosen.isEmpty { chosen = own.filter { $0.role == .preamble } }
        return chosen.prefix(4).map { part in
            var content = Array(message.content(of: part).prefix(maximumText))
            content = Charset.decode(content, named: part.type.parameters["charset"])
            return isHTML(part, content) ? HTMLText.plain(content) : content
        }.filter { !$0.isEmpty }
    }

    private static func isHTML(_ part: MIMEPart, _ content: [UInt8]) -> Bool {
        if part.type.type == "text/html" { return true }
        let start = content.drop { $0 <= 0x20 }.prefix(14).map { $0 | 0x20 }
        return start.starts(with: "<html".utf8)
            || start.starts(with: Array("<!DOCTYPE html".utf8).map { $0 | 0x20 })
    }

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
        for text in texts { ids += Self.quotedIDs(text.bytes) }
        for name in ["in-reply-to", "references", "x-original-message-id"] {
            ids += header.all(name)
        }
        return Array(ids.prefix(16))
    }

    private static func quotedIDs(_ text: [UInt8]) -> [String] {
        var ids: [String] = []
        for line in Lines(text) where ids.count < 8 {
            let trimmed = text[line.content].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x3E }
            guard let first = trimmed.first, first | 0x20 == 0x6D,
                let colon = MailHeader.colon(in: trimmed)
            else { continue }
            let name = String(decoding: trimmed[..<colon], as: UTF8.self).lowercased()
            if name == "message-id" {
                ids.append(String(decoding: trimmed[colon...].prefix(500), as: UTF8.self))
            }
        }
        return ids
    }

    /// The headers of returned mail: of an enclosed message, or as a text.
    var returnedHeaders: [MailHeader] {
        message.parts.compactMap { part in
            if part.enclosure > 0 { return part.header }
            guard part.type.type == "text/rfc822-headers" else { return nil }
            let content = message.content(of: part)
            return MailHeader(content, in: content.indices)
        }
    }

    /// The message inside, as a notice of its own; nil where there is none.
    var wrapped: Notice? {
        if let range = message.enclosed {
            return Notice(MIMEMessage(message.bytes[range]), classifier)
        }
        let encoded = message.parts.first {
            $0.type.type == "message/rfc822" && $0.role == .leaf && !$0.body.isEmpty
        }
        return encoded.map { Notice(MIMEMessage(message.content(of: $0)), classifier) }
    }

    /// Addresses in the header that are no recipient's: whoever wrote the notice and whoever
    /// gets it.
    var parties: Set<String> {
        var addresses: Set<String> = []
        for name in [
            "from", "to", "sender", "reply-to", "return-path", "errors-to", "delivered-to",
            "x-original-to", "envelope-to", "resent-from", "cc", "x-envelope-from",
        ] {
            for value in header.all(name).prefix(4) {
                let bytes = Array(value.utf8.prefix(1_000))
                var position = 0
                while let range = Address.next(in: bytes[...], from: position), addresses.count < 60
                {
                    addresses.insert(Address.text(bytes[range]).lowercased())
                    position = range.upperBound
                }
            }
        }
        return addresses
    }
}
