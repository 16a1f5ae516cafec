package import Core

extension ReadAccess {
    private static let columns =
        "id, kind, target, profile, event, body, created, due, attempts, state, reason"

    /// Where something is to go now.
    package func outgoingTargets(at now: Instant) throws(StoreError) -> [OutgoingRecord.Target] {
        try connection.query(
            """
            SELECT DISTINCT kind, target FROM outgoing INDEXED BY outgoing_due
            WHERE state = 0 AND due <= ? ORDER BY kind, target
            """, [.integer(now.milliseconds)]
        ) { row in
            OutgoingRecord.Target(kind: .init(row.text(0)), name: row.text(1))
        }
    }

    /// What is to go there now, longest first.
    package func dueOutgoing(
        _ target: OutgoingRecord.Target, at now: Instant, limit: Int
    ) throws(StoreError) -> [OutgoingRecord] {
        try connection.query(
            """
            SELECT \(Self.columns) FROM outgoing INDEXED BY outgoing_due
            WHERE state = 0 AND kind = ? AND target = ? AND due <= ? ORDER BY due, id LIMIT ?
            """,
            [
                .text(target.kind.rawValue), .text(target.name), .integer(now.milliseconds),
                .integer(limit),
            ]
        ) { OutgoingRecord($0) }
    }

    /// All that waits or was given up, behind an id.
    package func outgoing(after id: Int64, limit: Int) throws(StoreError) -> [OutgoingRecord] {
        try connection.query(
            "SELECT \(Self.columns) FROM outgoing WHERE id > ? ORDER BY id LIMIT ?",
            [.integer(id), .integer(limit)]
        ) { OutgoingRecord($0) }
    }
}

extension WriteAccess {
    /// How many may be kept, given up ones too.
    package static let outgoingLimit = 100_000

    /// Keeps one to be sent, due at once; false when too many are kept already.
    package func add(
        _ target: OutgoingRecord.Target, profile: Int64, event: Int64?, body: String,
        at now: Instant
    ) throws(StoreError) -> Bool {
        let kept = try connection.first("SELECT n FROM outgoing_count") { Int($0.integer(0)) } ?? 0
        guard kept < Self.outgoingLimit else { return false }
        try connection.run(
            """
            INSERT INTO outgoing (kind, target, profile, event, body, created, due)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(target.kind.rawValue), .text(target.name), .integer(profile),
                .optional(event), .text(body), .integer(now.milliseconds),
                .integer(now.milliseconds),
            ])
        return true
    }

    /// It has arrived.
    package func endOutgoing(_ id: Int64) throws(StoreError) {
        try connection.run("DELETE FROM outgoing WHERE id = ?", [.integer(id)])
    }

    /// It did not succeed and is tried again.
    package func postponeOutgoing(
        _ id: Int64, to due: Instant, reason: String
    ) throws(StoreError) {
        try connection.run(
            "UPDATE outgoing SET attempts = attempts + 1, due = ?, reason = ? WHERE id = ?",
            [.integer(due.milliseconds), .text(reason), .integer(id)])
    }

    /// It is not tried any more, and stays to be seen.
    package func giveUpOutgoing(_ id: Int64, reason: String) throws(StoreError) {
        try connection.run(
            "UPDATE outgoing SET attempts = attempts + 1, state = 1, reason = ? WHERE id = ?",
            [.text(reason), .integer(id)])
    }

    /// Makes one due now, whether it waits or was given up; nil: all that were given up.
    /// Returns how many.
    package func retryOutgoing(_ id: Int64?, at now: Instant) throws(StoreError) -> Int {
        try connection.run(
            """
            UPDATE outgoing SET state = 0, due = ?1, attempts = 0
            WHERE CASE WHEN ?2 IS NULL THEN state = 1 ELSE id = ?2 END
            """, [.integer(now.milliseconds), .optional(id)])
    }

    /// Forgets one; nil: all that were given up. Returns how many.
    package func dropOutgoing(_ id: Int64?) throws(StoreError) -> Int {
        try connection.run(
            "DELETE FROM outgoing WHERE CASE WHEN ?1 IS NULL THEN state = 1 ELSE id = ?1 END",
            [.optional(id)])
    }

    /// Forgets what was given up and is older.
    package func forgetOutgoing(madeBefore: Instant) throws(StoreError) {
        try connection.run(
            "DELETE FROM outgoing WHERE state = 1 AND created < ?",
            [.integer(madeBefore.milliseconds)])
    }
}

extension OutgoingRecord {
    fileprivate init(_ row: Row) {
        self.init(
            id: row.integer(0), kind: Kind(row.text(1)), target: row.text(2),
            profile: row.integer(3), event: row.optionalInteger(4), body: row.text(5),
            created: Instant(milliseconds: row.integer(6)),
            due: Instant(milliseconds: row.integer(7)), attempts: Int(row.integer(8)),
            isGivenUp: row.integer(9) != 0, reason: row.optionalText(10))
    }
}

extension OutgoingRecord.Kind {
    /// Only the values of this type are ever stored.
    fileprivate init(_ stored: String) { self = Self(rawValue: stored) ?? .notify }
}
