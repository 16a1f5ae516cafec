package import Core
internal import JSON

extension WriteAccess {
    /// Records an event and lets its effects happen in the same transaction: the one path for
    /// clicks, bounces, consent and whatever else happens. Returns the event's id.
    ///
    /// `change` does what the event means for the person by itself, which its effects find done.
    @discardableResult
    package func record(
        _ event: EventRecord, change: () throws -> Void = {}
    ) throws -> Int64 {
        var recorded = event
        recorded.id = try insert(event)
        try change()
        try effects?.apply(recorded, in: self)
        return recorded.id
    }

    /// Keeps an event that sets nothing off: what follows from it is done already.
    package func insert(_ event: EventRecord) throws(StoreError) -> Int64 {
        lastNoted = max(lastNoted, event.at)
        try connection.run(
            """
            INSERT INTO event (profile, kind, at, mailing, delivery, link, verdict, data)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(event.profile), .text(event.kind.name), .integer(event.at.milliseconds),
                .optional(event.mailing), .optional(event.delivery), .optional(event.link),
                .optional(event.verdict), event.data == .null ? .null : .text(event.data.text),
            ])
        return connection.lastInsertedID
    }

    /// Moves the mark up to which the hit journal has been applied.
    package func set(journalPosition: JournalPosition) throws(StoreError) {
        try connection.run(
            "INSERT OR REPLACE INTO journal_position (id, segment, place) VALUES (1, ?, ?)",
            [.integer(journalPosition.segment), .integer(journalPosition.offset)])
    }

    /// Notes a report by the hash of its content; false when it has been applied before.
    package func isNew(report hash: String, at now: Instant) throws(StoreError) -> Bool {
        try connection.run(
            "INSERT OR IGNORE INTO inbox_seen (hash, at) VALUES (?, ?)",
            [.text(hash), .integer(now.milliseconds)]) == 1
    }
}

/// A place in the hit journal as the store keeps it.
package struct JournalPosition: Hashable, Sendable {
    package var segment: Int64
    package var offset: Int64

    package init(segment: Int64, offset: Int64) {
        self.segment = segment
        self.offset = offset
    }
}

extension ReadAccess {
    /// Nil before the first hit was applied.
    package func journalPosition() throws(StoreError) -> JournalPosition? {
        try connection.first("SELECT segment, place FROM journal_position") {
            JournalPosition(segment: $0.integer(0), offset: $0.integer(1))
        }
    }

    /// Events behind an id, in the order they were recorded.
    package func events(
        after id: Int64, profile: Int64? = nil, limit: Int
    ) throws(StoreError) -> [EventRecord] {
        try connection.query(
            """
            SELECT id, profile, kind, at, mailing, delivery, link, verdict, data FROM event
            WHERE id > ?1 AND (?2 IS NULL OR profile = ?2) ORDER BY id LIMIT ?3
            """, [.integer(id), .optional(profile), .integer(limit)],
            { EventRecord(row: $0) })
    }

    /// What happened to one person last, oldest first.
    package func lastEvents(profile: Int64, limit: Int) throws(StoreError) -> [EventRecord] {
        try connection.query(
            """
            SELECT id, profile, kind, at, mailing, delivery, link, verdict, data FROM event
            WHERE profile = ? ORDER BY at DESC, id DESC LIMIT ?
            """, [.integer(profile), .integer(limit)],
            { EventRecord(row: $0) }
        ).reversed()
    }

    /// When the first event of a kind about a mailing happened behind an instant.
    package func firstInstant(
        of kind: EventKind, mailing: String?, profile: Int64, after start: Instant
    ) throws(StoreError) -> Instant? {
        try connection.first(
            """
            SELECT at FROM event WHERE profile = ?1 AND kind = ?2 AND at > ?3
            AND (?4 IS NULL OR mailing = (SELECT id FROM mailing WHERE name = ?4))
            ORDER BY at LIMIT 1
            """,
            [
                .integer(profile), .text(kind.name), .integer(start.milliseconds),
                .optional(mailing),
            ]
        ) { Instant(milliseconds: $0.integer(0)) }
    }

    package func lastEventID() throws(StoreError) -> Int64 {
        try connection.first("SELECT max(id) FROM event") { $0.integer(0) } ?? 0
    }
}

extension EventRecord {
    init(row: Row) {
        self.init(
            id: row.integer(0), profile: row.integer(1), kind: EventKind(row.text(2)),
            at: Instant(milliseconds: row.integer(3)), mailing: row.optionalInteger(4),
            delivery: row.optionalInteger(5), link: row.optionalText(6),
            verdict: row.optionalText(7),
            data: row.optionalText(8).flatMap { try? JSON(parsing: $0) } ?? .null)
    }
}
