import JSON

/// What an import did.
package struct ImportResult: Hashable, Sendable {
    package struct Problem: Hashable, Sendable {
        /// The line of the file in which the row begins, from 1.
        package var line: Int
        package var reason: String
    }

    /// Problems that are listed; further ones are only counted.
    static let listedProblems = 1000

    /// Rows read, without the header.
    package var rows = 0
    package var inserted = 0
    package var updated = 0
    /// Rows left aside because the person is there already (insert) or is not (update).
    package var passed = 0
    /// People whose status says that they want or get no mail, and keeps saying so.
    package var keptStatus = 0
    package var refused = 0
    package var problems: [Problem] = []
    /// Columns that belong to no field, with a hint where a name is near.
    package var ignoredColumns: [String] = []

    mutating func refuse(line: Int, _ reason: String) {
        refused += 1
        if problems.count < Self.listedProblems {
            problems.append(.init(line: line, reason: reason))
        }
    }

    package var json: JSON {
        [
            "rows": .integer(Int64(rows)), "inserted": .integer(Int64(inserted)),
            "updated": .integer(Int64(updated)), "passed": .integer(Int64(passed)),
            "kept_status": .integer(Int64(keptStatus)), "refused": .integer(Int64(refused)),
            "problems": .array(
                problems.map { ["line": .integer(Int64($0.line)), "reason": .string($0.reason)] }),
            "ignored_columns": .array(ignoredColumns.map(JSON.string)),
        ]
    }
}
