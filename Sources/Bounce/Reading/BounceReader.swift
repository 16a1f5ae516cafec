internal import Core

/// Reads a message that came to the return path. Pure: bytes in, what they say out; at most
/// 1 MB is looked at, in linear time, and nothing fails.
///
/// Steps go from what a standard says to what servers are known to write; the first step that
/// finds recipients ends the search, and its confidence is theirs.
package enum BounceReader {
    /// How many enclosing messages are opened to find a report.
    private static let maximumWrappings = 3

    /// Reads a whole message as it lies in a Maildir or came over LMTP.
    package static func read(
        _ bytes: some Collection<UInt8>, classifier: Classifier = .standard
    ) -> BounceReading {
        let notice = Notice(MIMEMessage(bytes), classifier)
        var reading = read(notice)
        // A report that a gateway or a person passed on: what is inside speaks.
        var wrapped = notice
        for _ in 0..<maximumWrappings where reading.kind == .other {
            guard let inner = wrapped.wrapped else { break }
            wrapped = inner
            let read = read(inner)
            reading.steps.append("an enclosed message: \(read.kind.rawValue)")
            if read.kind == .report || read.kind == .complaint {
                reading.kind = read.kind
                reading.recipients = read.recipients
                reading.person = read.person
                reading.steps += read.steps
            }
        }
        return reading
    }

    private static func read(_ notice: Notice) -> BounceReading {
        var reading = BounceReading(
            kind: .other, recipients: [], person: nil, feedbackType: nil,
            isFromMailSystem: notice.isFromMailSystem,
            arrivedAt: notice.arrivedAt,
            messageIDs: notice.messageIDs, isCut: notice.isCut, steps: [])
        if let complaint = Complaint.find(notice) {
            reading.kind = .complaint
            reading.person = complaint.person
            reading.feedbackType = complaint.type
            reading.steps.append("\(complaint.step), type \(complaint.type)")
            return reading
        }
        for step in steps {
            guard step.applies(notice) else {
                reading.steps.append("\(step.name): does not apply")
                continue
            }
            let found = unique(step.find(notice, step))
            reading.steps.append("\(step.name): \(found.count) recipients")
            if !found.isEmpty {
                reading.kind = .report
                reading.recipients = found
                reading.steps += found.prefix(20).map(Self.explanation)
                return reading
            }
        }
        if notice.traits.isAutoReply || notice.saysAway {
            reading.kind = .autoReply
            reading.person = notice.header["from"].flatMap(Address.inField)
            reading.steps.append("an automatic reply (RFC 3834)")
        }
        return reading
    }

    /// What was made of one recipient, without the address.
    private static func explanation(_ report: RecipientReport) -> String {
        let codes = [report.code.map(String.init), report.status?.description]
            .compactMap { $0 }.joined(separator: " ")
        return "  \(report.action.rawValue), codes \(codes.isEmpty ? "none" : codes): "
            + "\(report.verdict.reason.rawValue), weight \(report.verdict.weight.rawValue), "
            + "confidence \(report.confidence)"
    }

    struct Step: Sendable {
        var name: String
        var confidence: RecipientReport.Confidence
        var applies: @Sendable (Notice) -> Bool
        var find: @Sendable (Notice, Step) -> [RecipientReport]
    }

    static let steps: [Step] = [
        Step(name: "delivery-status part", confidence: .high, applies: { $0.statusEnclosure == 0 })
        {
            notice, step in
            let groups = notice.statusParts.flatMap(StatusFields.groups)
                .prefix(StatusFields.maximumRecipients)
            return groups.compactMap { notice.report($0, step, isOnly: groups.count == 1) }
        },
        Step(
            name: "X-Failed-Recipients", confidence: .high,
            applies: { !$0.traits.isAutoReply || $0.traits.isNamedMailSystem },
            find: { $0.failedRecipients($1) }),
        Step(
            name: "delivery-status fields in text", confidence: .medium,
            applies: { !$0.traits.isAnswer && !$0.traits.isOrdinary },
            find: { $0.fieldsInText($1) }),
        Step(
            name: "address and colon", confidence: .medium, applies: \.mayBeFreeText,
            find: { $0.candidates($1, .beforeColon) }),
        Step(
            name: "address on a line of its own", confidence: .medium, applies: \.mayBeFreeText,
            find: { $0.candidates($1, .alone) }),
        Step(
            name: "address at the beginning of a line", confidence: .medium,
            applies: \.mayBeFreeText, find: { $0.candidates($1, .leading) }),
        Step(
            name: "label and address", confidence: .medium, applies: \.mayBeFreeText,
            find: { $0.candidates($1, .labelled) }),
        Step(
            name: "address in a reply", confidence: .medium, applies: \.mayBeFreeText,
            find: { $0.candidates($1, .inReply) }),
        Step(
            name: "address in a sentence of failure", confidence: .low,
            applies: { $0.mayBeFreeText && $0.traits.hasEvidence },
            find: { $0.candidates($1, .inSentence) }),
        Step(
            name: "lone address without context", confidence: .low, applies: \.mayNameAlone,
            find: { $0.candidates($1, .aloneAnywhere) }),
        Step(
            name: "first address that is no party's", confidence: .low, applies: \.isSurelyNotice,
            find: { $0.candidates($1, .first) }),
        Step(
            name: "addressee of the returned mail", confidence: .low, applies: \.isSurelyNotice,
            find: { $0.addressee($1) }),
        Step(
            name: "mailbox without a domain", confidence: .low, applies: \.isSurelyNotice,
            find: { $0.bareMailbox($1) }),
    ]

    /// One report a recipient, the first one.
    private static func unique(_ reports: [RecipientReport]) -> [RecipientReport] {
        var seen: Set<String> = []
        return reports.filter { seen.insert($0.recipient.lowercased()).inserted }
    }
}
