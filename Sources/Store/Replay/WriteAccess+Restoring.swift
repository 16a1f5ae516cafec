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

    /// A person by her id, with the fields given and what was sent to her: final, and on occasions
    /// that no rule can have.
    package func restore(
        _ person: ProfileRecord, fields: [(FieldColumn, FieldValue)], deliveries: [DeliveryRecord]
    ) throws(StoreError) {
        let names = fields.map { ", " + $0.0.sql }.joined()
        let marks = fields.map { _ in ", ?" }.joined()
        try connection.run(
            """
            INSERT INTO profile (id, email, status, created, updated\(names))
            VALUES (?, ?, ?, ?, ?\(marks))
            """,
            [
                .integer(person.id), .text(person.email), .text(person.status.rawValue),
                .integer(person.created.milliseconds), .integer(person.updated.milliseconds),
            ] + fields.map { $0.0.sqlValue($0.1) ?? .null })
        for tag in person.tags.sorted() {
            try connection.run(
                "INSERT INTO tag (profile, name) VALUES (?, ?)", [.integer(person.id), .text(tag)])
        }
        for (topic, chosen) in person.topics.sorted(by: { $0.key < $1.key }) {
            try connection.run(
                "INSERT INTO subscription (profile, topic, subscribed, at) VALUES (?, ?, ?, ?)",
                [
                    .integer(person.id), .text(topic), .integer(chosen ? 1 : 0),
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
                    .integer(delivery.id), .integer(delivery.mailing), .integer(person.id),
                    .text("restored/\(delivery.id)"), .integer(delivery.version),
                    .integer(DeliveryState.sent.rawValue), .integer(delivery.due.milliseconds),
                    .integer(delivery.created.milliseconds),
                    .integer(delivery.updated.milliseconds),
                ])
        }
    }
}

extension DeliveryRecord {
    /// Whether it came from another store.
    package var isRestored: Bool { occasion.text.hasPrefix("restored/") }
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
