package import Core

/// A change of a field whose history is kept.
package struct FieldChange: Hashable, Sendable {
    package var field: String
    package var at: Instant
    /// As stored: of a decaying score the raw sum.
    package var old: SQLValue
    package var new: SQLValue
    /// `event 12`, `import 3`, `operator`.
    package var cause: String
}

extension ReadAccess {
    /// Changes of a person's fields (nil: of all that keep a history), oldest first.
    package func history(
        of profile: Int64, field: String? = nil, after: Int64 = 0, limit: Int
    ) throws(StoreError) -> [FieldChange] {
        try connection.query(
            """
            SELECT field, at, old, new, cause FROM field_change
            WHERE profile = ?1 AND (?2 IS NULL OR field = ?2) AND id > ?3 ORDER BY id LIMIT ?4
            """, [.integer(profile), .optional(field), .integer(after), .integer(limit)]
        ) { row in
            FieldChange(
                field: row.text(0), at: Instant(milliseconds: row.integer(1)), old: row.value(2),
                new: row.value(3), cause: row.text(4))
        }
    }
}

extension WriteAccess {
    /// Keeps what the fields with a history are about to become, where that is something else.
    func noteHistory(
        _ values: [(FieldColumn, SQLValue)], of profile: Int64, at now: Instant,
        by cause: ChangeCause
    ) throws(StoreError) {
        for (column, value) in values where column.keepsHistory {
            let old = try connection.first(
                "SELECT \(column.sql) FROM profile WHERE id = ?", [.integer(profile)]
            ) { $0.value(0) }
            guard let old, old != value else { continue }
            try connection.run(
                """
                INSERT INTO field_change (profile, field, at, old, new, cause)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    .integer(profile), .text(column.name), .integer(now.milliseconds), old, value,
                    .text(cause.text),
                ])
        }
    }
}
