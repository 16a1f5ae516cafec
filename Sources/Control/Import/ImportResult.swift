import JSON
import Store

/// What an import did, or would do.
package struct ImportResult: Hashable, Sendable {
    package struct Problem: Hashable, Sendable {
        /// The line of the file in which the row begins, from 1.
        package var line: Int
        /// The column, from 1; nil when the row as a whole is to blame.
        package var column: Int?
        package var reason: String
    }

    /// Problems that are listed; further ones are only counted.
    static let listedProblems = 1000
    /// Different reasons that are counted apart. They name fields, never values.
    private static let countedReasons = 200

    /// Rows read, without the header. Each is new, updated, unchanged, passed or refused.
    package var rows = 0
    package var inserted = 0
    package var updated = 0
    package var unchanged = 0
    /// Rows left aside because the person is there already (add) or is not (update).
    package var passed = 0
    /// Rows whose address stood on an earlier row of the file; the last row is what holds.
    package var duplicates = 0
    /// People whose status says that they want or get no mail, and keeps saying so.
    package var keptStatus = 0
    /// People whom consent that was named made active.
    package var restored = 0
    package var refused = 0
    package var reasons: [String: Int] = [:]
    package var problems: [Problem] = []
    /// Columns that belong to no field, with a hint where a name is near.
    package var ignoredColumns: [String] = []
    /// The import's number; 0 of a dry run.
    package var id: Int64 = 0
    package var isDryRun = false
    /// The line behind which an import that was broken off went on.
    package var resumedAfter: Int64?

    mutating func refuse(line: Int, column: Int? = nil, _ reason: String) {
        refused += 1
        if reasons[reason] != nil || reasons.count < Self.countedReasons {
            reasons[reason, default: 0] += 1
        }
        if problems.count < Self.listedProblems {
            problems.append(.init(line: line, column: column, reason: reason))
        }
    }

    mutating func add(_ tally: PeopleTally) {
        inserted += tally.inserted
        updated += tally.updated
        unchanged += tally.unchanged
        passed += tally.passed
        duplicates += tally.repeated
        keptStatus += tally.keptStatus
        restored += tally.restored
        for row in tally.refused { refuse(line: row.line, row.reason) }
    }

    /// Adds what was read since; of problems those that are still to be listed.
    mutating func add(_ other: ImportResult) {
        for (_, path) in Self.counts { self[keyPath: path] += other[keyPath: path] }
        for (reason, n) in other.reasons
        where reasons[reason] != nil || reasons.count < Self.countedReasons {
            reasons[reason, default: 0] += n
        }
        problems += other.problems.prefix(max(0, Self.listedProblems - problems.count))
    }

    private static var counts: [(name: String, WritableKeyPath<ImportResult, Int>)] {
        [
            ("rows", \.rows), ("inserted", \.inserted), ("updated", \.updated),
            ("unchanged", \.unchanged), ("passed", \.passed),
            ("duplicates", \.duplicates), ("kept_status", \.keptStatus),
            ("restored", \.restored), ("refused", \.refused),
        ]
    }

    /// The counts alone, as they are kept with the import's position.
    var countsJSON: JSON.Object {
        var object = JSON.Object()
        for (name, path) in Self.counts { object[name] = .integer(Int64(self[keyPath: path])) }
        object["reasons"] = .counts(reasons) { $0 }
        return object
    }

    /// The counts that were kept.
    mutating func restore(_ text: String) {
        guard let object = (try? JSON(parsing: text))?.object else { return }
        for (name, path) in Self.counts {
            self[keyPath: path] = Int(object[name]?.integer ?? 0)
        }
        for member in object["reasons"]?.object?.members ?? [] {
            reasons[member.name] = Int(member.value.integer ?? 0)
        }
    }

    package var json: JSON {
        var object = countsJSON
        if isDryRun { object["dry_run"] = true } else { object["import"] = .integer(id) }
        if let resumedAfter { object["resumed_after_line"] = .integer(resumedAfter) }
        object["problems"] = .array(
            problems.sorted { ($0.line, $0.column ?? 0) < ($1.line, $1.column ?? 0) }.map {
                [
                    "line": .count($0.line), "column": $0.column.map(JSON.count) ?? .null,
                    "reason": .string($0.reason),
                ]
            })
        object["ignored_columns"] = .array(ignoredColumns.map(JSON.string))
        return .object(object)
    }
}
