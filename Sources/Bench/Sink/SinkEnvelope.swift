package import JSON

/// One message a sink took responsibility for.
package struct SinkEnvelope: Hashable, Sendable {
    /// The number of its connection, from 1.
    package var connection: Int
    package var sender: String
    package var recipients: [String]
    /// The value of the Message-ID field, blanks trimmed; nil when there is none.
    package var messageID: String?
    /// Octets of the content, the final dot left out.
    package var size: Int
    /// What no proper client sends: `bare-cr`, `bare-lf`, `8-bit`, `long-line`, `nul`.
    package var violations: [String]

    package var json: JSON {
        [
            "connection": .integer(Int64(connection)), "from": .string(sender),
            "to": .array(recipients.map { .string($0) }),
            "message_id": messageID.map { .string($0) } ?? .null, "size": .integer(Int64(size)),
            "violations": .array(violations.map { .string($0) }),
        ]
    }

    /// Reads back a line of the record; nil when it is none.
    package init?(_ json: JSON) {
        guard let connection = json["connection"]?.integer, let sender = json["from"]?.string,
            let recipients = json["to"]?.array, let size = json["size"]?.integer
        else { return nil }
        self.connection = Int(connection)
        self.sender = sender
        self.recipients = recipients.compactMap(\.string)
        messageID = json["message_id"]?.string
        self.size = Int(size)
        violations = json["violations"]?.array?.compactMap(\.string) ?? []
    }

    init(
        connection: Int, sender: String, recipients: [String], messageID: String?, size: Int,
        violations: [String]
    ) {
        self.connection = connection
        self.sender = sender
        self.recipients = recipients
        self.messageID = messageID
        self.size = size
        self.violations = violations
    }
}
