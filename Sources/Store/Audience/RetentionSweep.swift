package import Core

/// One pass over what is kept for a time only, in steps of a few milliseconds of the writer's time.
///
/// Each step looks at the next rows of a table in the order of their keys and deletes those whose
/// time has come, so a pass costs the same however little there is to delete.
package struct RetentionSweep: Sendable {
    private enum Stage: CaseIterable {
        case events, mergeRows, reports, history, unconfirmed
    }

    /// Rows that one step looks at.
    private static let rows = 5000
    /// People whom one step forgets: a dozen tables each.
    private static let people = 50

    private let retention: Retention
    private let now: Instant
    private var stages = Stage.allCases[...]
    private var place: Int64 = 0
    private var hash = ""
    package private(set) var deleted = 0

    package init(_ retention: Retention, at now: Instant) {
        self.retention = retention
        self.now = now
    }

    /// Does the next step; false when the pass is over.
    package mutating func step(in access: WriteAccess) throws(StoreError) -> Bool {
        guard let stage = stages.first else { return false }
        let isDone =
            switch stage {
            case .events: try sweepEvents(access)
            case .mergeRows: try sweepMergeRows(access)
            case .reports: try sweepReports(access)
            case .history: try sweepHistory(access)
            case .unconfirmed: try sweepUnconfirmed(access)
            }
        if isDone {
            stages.removeFirst()
            place = 0
        }
        return true
    }

    private func limit(_ span: TimeSpan) -> SQLValue {
        .integer((now - span).milliseconds)
    }

    /// The last of the next rows behind `place`; nil when there are none.
    private func end(
        of table: String, _ key: String, _ access: WriteAccess
    ) throws(StoreError) -> Int64? {
        try access.connection.first(
            """
            SELECT max(k) FROM (SELECT \(key) AS k FROM \(table) WHERE \(key) > ?
                ORDER BY \(key) LIMIT ?)
            """, [.integer(place), .integer(Self.rows)]
        ) { $0.optionalInteger(0) } ?? nil
    }

    private mutating func sweepEvents(_ access: WriteAccess) throws(StoreError) -> Bool {
        guard !retention.events.isEmpty, let end = try end(of: "event", "id", access) else {
            return true
        }
        for (kind, span) in retention.events {
            deleted += try access.connection.run(
                "DELETE FROM event WHERE id > ? AND id <= ? AND kind = ? AND at < ?",
                [.integer(place), .integer(end), .text(kind), limit(span)])
        }
        place = end
        return false
    }

    private mutating func sweepMergeRows(_ access: WriteAccess) throws(StoreError) -> Bool {
        guard let end = try end(of: "merge_row", "delivery", access) else { return true }
        // What still has to go is made from it again.
        deleted += try access.connection.run(
            """
            DELETE FROM merge_row WHERE delivery > ?1 AND delivery <= ?2 AND NOT EXISTS (
                SELECT 1 FROM delivery d WHERE d.id = merge_row.delivery
                AND (d.updated >= ?3 OR d.state IN (0, 1, 3, 6, 11)))
            """, [.integer(place), .integer(end), limit(retention.mergeRows)])
        place = end
        return false
    }

    private mutating func sweepReports(_ access: WriteAccess) throws(StoreError) -> Bool {
        let end =
            try access.connection.first(
                "SELECT max(h) FROM (SELECT hash AS h FROM inbox_seen WHERE hash > ? ORDER BY hash LIMIT ?)",
                [.text(hash), .integer(Self.rows)]
            ) { $0.optionalText(0) } ?? nil
        guard let end else { return true }
        deleted += try access.connection.run(
            "DELETE FROM inbox_seen WHERE hash > ? AND hash <= ? AND at < ?",
            [.text(hash), .text(end), limit(retention.reports)])
        hash = end
        return false
    }

    private mutating func sweepHistory(_ access: WriteAccess) throws(StoreError) -> Bool {
        guard let span = retention.history,
            let end = try end(of: "field_change", "id", access)
        else { return true }
        deleted += try access.connection.run(
            "DELETE FROM field_change WHERE id > ? AND id <= ? AND at < ?",
            [.integer(place), .integer(end), limit(span)])
        place = end
        return false
    }

    /// Those whom a form brought and who were not asked lately. Who was known before, or bought
    /// something, is the operator's affair.
    private mutating func sweepUnconfirmed(_ access: WriteAccess) throws(StoreError) -> Bool {
        guard let span = retention.unconfirmed else { return true }
        let people = try access.connection.query(
            """
            SELECT id, coalesce((SELECT min(at) <= p.created AND max(at) < ?2 FROM opt_in
                WHERE profile = p.id), 0) AND NOT EXISTS (SELECT 1 FROM sale WHERE profile = p.id)
            FROM profile p WHERE status = 'unconfirmed' AND id > ?1 ORDER BY id LIMIT ?3
            """, [.integer(place), limit(span), .integer(Self.people)]
        ) { (id: $0.integer(0), isOver: $0.integer(1) != 0) }
        guard let last = people.last else { return true }
        for person in people where person.isOver {
            try access.expire(unconfirmed: person.id, at: now)
            deleted += 1
        }
        place = last.id
        return false
    }
}
