package import Core

/// An import and how far it has come; it changes with the rows, so each row counts exactly once.
package struct ImportRecord: Hashable, Sendable {
    package var id: Int64
    /// Tells the same file under the same options again.
    package var file: Int64
    package var begun: Instant
    /// Nil while it is under way, or was broken off.
    package var ended: Instant?
    /// Octets of the file, unpacked, that are done with, and the line the last of them stand on.
    package var position: Int64
    package var line: Int64
    /// Of the octets before `position`.
    package var digest: Int64
    /// What the rows came to so far, a JSON object.
    package var tally: String
}

extension ReadAccess {
    /// The import of a file that was broken off last.
    package func brokenImport(ofFile file: Int64) throws(StoreError) -> ImportRecord? {
        try connection.first(
            """
            SELECT id, file, begun, ended, position, line, digest, tally FROM import_run
            WHERE file = ? AND ended IS NULL ORDER BY id DESC LIMIT 1
            """, [.integer(file)], { ImportRecord(row: $0) })
    }

    /// The last imports, newest first.
    package func imports(limit: Int) throws(StoreError) -> [ImportRecord] {
        try connection.query(
            """
            SELECT id, file, begun, ended, position, line, digest, tally FROM import_run
            ORDER BY id DESC LIMIT ?
            """, [.integer(limit)], { ImportRecord(row: $0) })
    }
}

extension WriteAccess {
    /// Notes that an import begins; those of the same file that were broken off are given up.
    package func beginImport(ofFile file: Int64, at now: Instant) throws(StoreError) -> ImportRecord
    {
        try connection.run(
            "UPDATE import_run SET ended = ? WHERE file = ? AND ended IS NULL",
            [.integer(now.milliseconds), .integer(file)])
        try connection.run(
            "INSERT INTO import_run (file, begun) VALUES (?, ?)",
            [.integer(file), .integer(now.milliseconds)])
        return ImportRecord(
            id: connection.lastInsertedID, file: file, begun: now, position: 0, line: 0, digest: 0,
            tally: "{}")
    }

    /// Notes how far an import has come, in the transaction of the rows before.
    package func keep(_ record: ImportRecord) throws(StoreError) {
        try connection.run(
            """
            UPDATE import_run SET ended = ?, position = ?, line = ?, digest = ?, tally = ?
            WHERE id = ?
            """,
            [
                .optional(record.ended?.milliseconds), .integer(record.position),
                .integer(record.line), .integer(record.digest), .text(record.tally),
                .integer(record.id),
            ])
    }
}

extension ImportRecord {
    fileprivate init(row: Row) {
        self.init(
            id: row.integer(0), file: row.integer(1), begun: Instant(milliseconds: row.integer(2)),
            ended: row.optionalInteger(3).map { Instant(milliseconds: $0) },
            position: row.integer(4), line: row.integer(5), digest: row.integer(6),
            tally: row.text(7))
    }
}
