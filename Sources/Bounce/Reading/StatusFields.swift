internal import Core

/// Delivery-status fields (RFC 3464 §2.3), in their own part or loose in a text.
enum StatusFields {
    static let maximumRecipients = 100

    private static let known: Set<String> = [
        "original-recipient", "final-recipient", "action", "status", "diagnostic-code",
        "remote-mta", "last-attempt-date", "will-retry-until", "final-log-id",
        "x-actual-recipient", "x-original-recipient",
    ]

    /// The fields of each recipient. Groups are divided by empty lines or, where those are
    /// missing, by a field that comes a second time.
    static func groups(in text: [UInt8]) -> [[String: String]] {
        var groups: [[String: String]] = []
        var group: [String: String] = [:]
        var last: String?
        func finish() {
            let names = group["original-recipient"] ?? group["final-recipient"]
            if names != nil && groups.count < maximumRecipients { groups.append(group) }
            group = [:]
            last = nil
        }
        for line in Lines(text) {
            let content = text[line.content]
            if content.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
                finish()
            } else if let (name, value) = field(content) {
                if group[name] != nil { finish() }
                group[name] = value
                last = name
            } else if let last, content.first == 0x20 || content.first == 0x09 {
                let more = String(decoding: content.prefix(1_000), as: UTF8.self).trimmedBlanks
                if let value = group[last], value.utf8.count < 2_000 {
                    group[last] = value + " " + more
                }
            } else {
                last = nil
            }
        }
        finish()
        return groups
    }

    /// A known field on a line that may be indented or quoted with `>`.
    private static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: String)? {
        let trimmed = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x3E }
        guard let colon = MailHeader.colon(in: trimmed) else { return nil }
        let name = String(decoding: trimmed[..<colon], as: UTF8.self).trimmedBlanks.lowercased()
        guard known.contains(name) else { return nil }
        let value = trimmed[(colon + 1)...].prefix(2_000)
        return (name, String(decoding: value, as: UTF8.self).trimmedBlanks)
    }

    /// Makes a recipient's report out of its fields; nil where no address can be read.
    static func report(
        _ fields: [String: String], _ classifier: Classifier = .standard, step: String,
        confidence: RecipientReport.Confidence
    ) -> RecipientReport? {
        let original = fields["original-recipient"].flatMap(Address.inField)
        let final = fields["final-recipient"].flatMap(Address.inField)
        guard let recipient = original ?? final else { return nil }
        let said = fields["status"] ?? ""
        let diagnostic = fields["diagnostic-code"] ?? ""
        let words = Reply.printable(diagnostic.isEmpty ? said : diagnostic)
        var status = Reply.status(in: said)
        let inner = Reply.status(in: diagnostic)
        // A general code of the report gives way to the exact one of the server.
        if let inner, status.map({ $0.subject == 0 || $0.detail == 0 }) ?? true,
            inner.class == status?.class ?? inner.class
        {
            status = inner
        }
        let code = Reply.code(in: diagnostic)
        return RecipientReport(
            recipient: recipient, finalRecipient: final == recipient ? nil : final,
            action: action(fields["action"], status: status), status: status, code: code,
            diagnostic: words,
            verdict: classifier.judge(code: code, status: status, text: said + " " + diagnostic),
            confidence: confidence, step: step)
    }

    /// Reads "failed", and also "failed (text)", "error", "Failure"; the status decides where
    /// there is none.
    private static func action(_ text: String?, status: EnhancedStatus?) -> RecipientReport.Action {
        let text = text?.lowercased() ?? ""
        if text.hasPrefix("delay") { return .delayed }
        if ["deliver", "relay", "expand"].contains(where: { text.hasPrefix($0) }) {
            return .delivered
        }
        if text.hasPrefix("fail") || text.hasPrefix("err") { return .failed }
        return switch status?.class {
        case 2: .delivered
        case 4: .delayed
        default: .failed
        }
    }
}
