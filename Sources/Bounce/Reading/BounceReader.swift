import Core

/// Reads a message that came to the return path. Pure: bytes in, what they say out; at most
/// 1 MB is looked at, in linear time, and nothing fails.
///
/// Steps go from what a standard says to what servers are known to write; the first step that
/// finds recipients ends the search, and its confidence is theirs.
package enum BounceReader {
    /// Reads a whole message as it lies in a Maildir or came over LMTP.
    package static func read(_ bytes: some Collection<UInt8>) -> BounceReading {
        let notice = Notice(MIMEMessage(bytes))
        var reading = BounceReading(
            kind: .other, recipients: [], person: nil, isFromMailSystem: notice.isFromMailSystem,
            arrivedAt: notice.arrivedAt,
            messageIDs: notice.messageIDs, isCut: notice.message.isCut, steps: [])
        if notice.isComplaint {
            reading.kind = .complaint
            reading.person = notice.complainer
            reading.steps.append("a feedback report (RFC 5965)")
            return reading
        }
        for step in steps where step.applies(notice) {
            let found = step.find(notice, step)
            reading.steps.append("\(step.name): \(found.count) recipients")
            if !found.isEmpty {
                reading.kind = .report
                reading.recipients = unique(found)
                return reading
            }
        }
        if notice.isAutoReply {
            reading.kind = .autoReply
            reading.person = notice.header["from"].flatMap(Address.inField)
            reading.steps.append("an automatic reply (RFC 3834)")
        }
        return reading
    }

    struct Step: Sendable {
        var name: String
        var confidence: RecipientReport.Confidence
        var applies: @Sendable (Notice) -> Bool
        var find: @Sendable (Notice, Step) -> [RecipientReport]
    }

    static let steps: [Step] = [
        Step(name: "delivery-status part", confidence: .high, applies: { _ in true }) {
            notice, step in
            notice.statusParts.flatMap(StatusFields.groups).compactMap {
                notice.report($0, step)
            }
        },
        Step(
            name: "X-Failed-Recipients", confidence: .high, applies: { !$0.isAutoReply },
            find: { $0.failedRecipients($1) }),
        Step(name: "delivery-status fields in text", confidence: .medium, applies: { _ in true }) {
            notice, step in
            notice.texts.prefix(1).flatMap(StatusFields.groups).compactMap {
                notice.report($0, step)
            }
        },
        Step(
            name: "address and colon", confidence: .medium, applies: { $0.isFromMailSystem },
            find: { $0.addressesBeforeColon($1) }),
        Step(
            name: "address on a line of its own", confidence: .low,
            applies: { $0.isFromMailSystem }, find: { $0.addressesAlone($1) }),
    ]

    /// One report a recipient, the first one.
    private static func unique(_ reports: [RecipientReport]) -> [RecipientReport] {
        var seen: Set<String> = []
        return reports.filter { seen.insert($0.recipient.lowercased()).inserted }
    }
}
