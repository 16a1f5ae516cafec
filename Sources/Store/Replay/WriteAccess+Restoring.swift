package import Core

/// Mailings and people of another store, put into this one as they were. Nothing is set off.
extension WriteAccess {
    /// A mailing by its id, that goes to whoever is queued for it.
    package func restore(
        _ mailing: MailingRecord, _ version: VersionRecord?
    ) throws(StoreError) {
        try connection.run(
            """
            INSERT INTO mailing (id, name, state, active_version, running_version, planned)
            VALUES (?, ?, ?, ?, ?, 1)
            """,
            [
                .integer(mailing.id), .text(mailing.name),
                .integer(MailingState.running.rawValue), .optional(version?.id),
                .optional(version?.id),
            ])
        guard let version else { return }
        try connection.run(
            """
            INSERT INTO version (id, mailing, hash, kind, topic, triggered, source, created)
            VALUES (?, ?, ?, ?, ?, 1, x'', ?)
            """,
            [
                .integer(version.id), .integer(mailing.id), .text(version.hash),
                .text(version.kind.rawValue), .optional(version.topic),
                .integer(version.created.milliseconds),
            ])
    }

    /// A person, by her id unless she may get another, with the fields given and what was sent to
    /// her: final, and on occasions that no rule can have.
    package func restore(
        _ person: ProfileRecord, keepsID: Bool = true, fields: [(FieldColumn, FieldValue)],
        deliveries: [DeliveryRecord] = []
    ) throws(StoreError) {
        let names = fields.map { ", " + $0.0.sql }.joined()
        let marks = fields.map { _ in ", ?" }.joined()
        try connection.run(
            """
            INSERT INTO profile (id, email, status, created, updated\(names))
            VALUES (?, ?, ?, ?, ?\(marks))
            """,
            [
                keepsID ? .integer(person.id) : .null, .text(person.email),
                .text(person.status.rawValue), .integer(person.created.milliseconds),
                .integer(person.updated.milliseconds),
            ] + fields.map { $0.0.sqlValue($0.1) ?? .null })
        let id = connection.lastInsertedID
        for tag in person.tags.sorted() {
            try connection.run(
                "INSERT INTO tag (profile, name) VALUES (?, ?)", [.integer(id), .text(tag)])
        }
        for (topic, chosen) in person.topics.sorted(by: { $0.key < $1.key }) {
            try connection.run(
                "INSERT INTO subscription (profile, topic, subscribed, at) VALUES (?, ?, ?, ?)",
                [
                    .integer(id), .text(topic), .integer(chosen ? 1 : 0),
                    .integer(person.created.milliseconds),
                ])
        }
        for delivery in deliveries {
            try connection.run(
                """
                INSERT INTO delivery
                    (id, mailing, profile, occasion, version, state, due, created, updated)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .integer(delivery.id), .integer(delivery.mailing), .integer(id),
                    .text("restored/\(delivery.id)"), .integer(delivery.version),
                    .integer(DeliveryState.sent.rawValue), .integer(delivery.due.milliseconds),
                    .integer(delivery.created.milliseconds),
                    .integer(delivery.updated.milliseconds),
                ])
        }
    }
}

/// What keeps mail from a person besides her status and her topics.
package enum MailBar: Sendable {
    case suppressed
    /// A complaint made outside mail, open and holding marketing.
    case openComplaint
}

extension ReadAccess {
    package func bars(to person: ProfileRecord) throws(StoreError) -> [MailBar] {
        var bars: [MailBar] = []
        if try isSuppressed(email: person.email) { bars.append(.suppressed) }
        let holds = try connection.first(
            "SELECT 1 FROM contact_case WHERE profile = ? AND closed IS NULL AND holds <> 0 LIMIT 1",
            [.integer(person.id)]
        ) { _ in true }
        if holds != nil { bars.append(.openComplaint) }
        return bars
    }
}

extension WriteAccess {
    /// The bars of a person who was restored by her id.
    package func restore(_ bars: [MailBar], to person: ProfileRecord) throws(StoreError) {
        for bar in bars {
            switch bar {
            case .suppressed: try suppress(email: person.email, reason: "", at: person.updated)
            case .openComplaint:
                // Of no event that can be played.
                try openCase(-person.id, of: person.id, holds: true, at: person.updated)
            }
        }
    }
}

extension DeliveryRecord {
    /// Whether it came from another store.
    package var isRestored: Bool { occasion.text.hasPrefix("restored/") }
}

extension SQLCondition {
    /// Also nothing happened to them since an instant.
    package func idle(since start: Instant) -> SQLCondition {
        SQLCondition(
            sql: """
                (\(sql)) AND NOT EXISTS
                    (SELECT 1 FROM event WHERE event.profile = profile.id AND event.at >= ?)
                """, values: values + [.integer(start.milliseconds)])
    }
}

extension ReadAccess {
    /// Ids of profiles to whom something happened since an instant, ascending, behind `after`.
    package func profiles(
        activeSince start: Instant, after: Int64, limit: Int
    ) throws(StoreError) -> [Int64] {
        try connection.query(
            """
            SELECT profile.id FROM profile WHERE profile.id > ? AND EXISTS
                (SELECT 1 FROM event WHERE event.profile = profile.id AND event.at >= ?)
            ORDER BY profile.id LIMIT ?
            """, [.integer(after), .integer(start.milliseconds), .integer(limit)]
        ) { $0.integer(0) }
    }
}
