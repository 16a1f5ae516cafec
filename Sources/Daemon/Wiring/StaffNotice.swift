internal import Core
internal import Curl
internal import JSON
internal import Loop
internal import Message
internal import Store

/// A mail that tells colleagues what an action noticed. Its headers are made of what maild.conf and
/// loop.conf say; what people wrote stands in the body alone.
struct StaffNotice {
    private let record: OutgoingRecord
    private let from: EmailAddress
    private let to: [EmailAddress]

    init(_ record: OutgoingRecord, from: EmailAddress, to: [EmailAddress]) {
        self.record = record
        self.from = from
        self.to = to
    }

    func send(
        through relay: Relay, isStopped: @escaping @Sendable () -> Bool
    ) -> OutgoingOutcome {
        do throws(TransferFailure) {
            for recipient in to {
                guard let message = message(to: recipient) else {
                    return .refused("it cannot be written as a mail")
                }
                try Submission.send(
                    message, to: recipient, through: relay, isStopped: isStopped)
            }
            return .done
        } catch {
            return (500..<600).contains(error.code) ? .refused("\(error)") : .later("\(error)")
        }
    }

    /// Nil when it cannot be a mail, which the checks of its names should keep from happening.
    func message(to recipient: EmailAddress) -> [UInt8]? {
        let json = (try? JSON(parsing: record.body)) ?? .null
        func line(_ label: String, _ member: String) -> String {
            json[member]?.string.map { "\(label): \($0)\n" } ?? ""
        }
        let text =
            (json["text"]?.string ?? "") + "\n\n" + line("Person", "email")
            + line("Action", "action") + line("Event", "event") + line("Mailing", "mailing")
            + line("At", "at")
        let letter = Letter(
            from: Mailbox(name: "maild", address: from), to: Mailbox(address: recipient),
            subject: "maild: \(json["action"]?.string ?? record.target)", date: record.created,
            messageID: "notice.\(record.key)@\(from.domain)", text: Array(text.utf8), html: nil)
        guard let message = try? letter.serialize() else { return nil }
        // No robot answers what a robot wrote (RFC 3834).
        return Array("Auto-Submitted: auto-generated\r\n".utf8) + message.bytes
    }
}
