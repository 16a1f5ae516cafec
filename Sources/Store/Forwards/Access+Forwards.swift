package import Core

/// A person's answer on its way to the address that takes answers.
package struct ForwardRecord: Hashable, Sendable {
    package var id: Int64
    package var recipient: String
    package var message: [UInt8]
    package var created: Instant
    package var attempts: Int
}

extension ReadAccess {
    /// Answers whose time has come, earliest first.
    package func dueForwards(at now: Instant, limit: Int) throws(StoreError) -> [ForwardRecord] {
        try connection.query(
            """
            SELECT id, recipient, message, created, attempts FROM forward
            WHERE due <= ? ORDER BY due LIMIT ?
            """, [.integer(now.milliseconds), .integer(limit)]
        ) { row in
            ForwardRecord(
                id: row.integer(0), recipient: row.text(1), message: row.blob(2),
                created: Instant(milliseconds: row.integer(3)), attempts: Int(row.integer(4)))
        }
    }

    /// How many answers of a person came in since an instant.
    package func forwards(of profile: Int64, since: Instant) throws(StoreError) -> Int {
        try connection.first(
            "SELECT count(*) FROM event WHERE profile = ? AND kind = 'reply' AND at >= ?",
            [.integer(profile), .integer(since.milliseconds)]
        ) { Int($0.integer(0)) } ?? 0
    }
}

extension WriteAccess {
    /// Keeps an answer to be handed on, due at once.
    package func forward(
        _ message: [UInt8], of delivery: Int64, to recipient: EmailAddress, at now: Instant
    ) throws(StoreError) {
        try connection.run(
            "INSERT INTO forward (delivery, recipient, message, created, due) VALUES (?, ?, ?, ?, ?)",
            [
                .integer(delivery), .text(recipient.text), .blob(message),
                .integer(now.milliseconds), .integer(now.milliseconds),
            ])
    }

    /// It is handed on, or given up.
    package func endForward(_ id: Int64) throws(StoreError) {
        try connection.run("DELETE FROM forward WHERE id = ?", [.integer(id)])
    }

    package func postponeForward(_ id: Int64, to due: Instant) throws(StoreError) {
        try connection.run(
            "UPDATE forward SET attempts = attempts + 1, due = ? WHERE id = ?",
            [.integer(due.milliseconds), .integer(id)])
    }
}
