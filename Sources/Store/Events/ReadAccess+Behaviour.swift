package import Core
package import Expression

extension ReadAccess {
    /// When the events that a behaviour counts happened, newest first; `within` and `atLeast` are
    /// the caller's.
    ///
    /// What a machine did counts for nothing. A mailing's topic is that of its running version,
    /// else of its active one.
    package func instants(
        of behaviour: Behaviour, profile: Int64, from start: Instant?, through end: Instant,
        limit: Int
    ) throws(StoreError) -> [Instant] {
        let filter = behaviour.eventFilter
        return try connection.query(
            """
            SELECT at FROM event WHERE profile = ? AND \(filter.sql)
            AND at >= ? AND at <= ? ORDER BY at DESC LIMIT ?
            """,
            [.integer(profile)] + filter.values + [
                .integer(start?.milliseconds ?? .min), .integer(end.milliseconds), .integer(limit),
            ]
        ) { Instant(milliseconds: $0.integer(0)) }
    }
}

extension Behaviour {
    /// The condition on a row of `event` that a behaviour means, its time and count left aside:
    /// the one place where both evaluators learn it.
    var eventFilter: SQLCondition {
        var sql = "event.kind = ? AND (event.verdict IS NULL OR event.verdict <> 'machine')"
        var values: [SQLValue] = [.text(verb.event.name)]
        if let mailing {
            sql += " AND event.mailing = (SELECT id FROM mailing WHERE name = ?)"
            values.append(.text(mailing))
        }
        if let link {
            sql += " AND event.link = ?"
            values.append(.text(link))
        }
        if let category {
            sql += " AND json_extract(event.data, '$.category') = ?"
            values.append(.text(category))
        }
        if let topic {
            sql += """
                 AND event.mailing IN (SELECT mailing.id FROM mailing JOIN version
                ON version.id = coalesce(mailing.running_version, mailing.active_version)
                WHERE version.topic = ?)
                """
            values.append(.text(topic))
        }
        return SQLCondition(sql: sql, values: values)
    }
}

extension ReadAccess {
    /// The events that a behaviour counts at `now`, newest first, at most `limit`.
    package func events(
        of behaviour: Behaviour, profile: Int64, at now: Instant, limit: Int
    ) throws(StoreError) -> [EventRecord] {
        let filter = behaviour.eventFilter
        let start = behaviour.within.map { (now - $0).milliseconds } ?? .min
        return try connection.query(
            """
            SELECT id, profile, kind, at, mailing, delivery, link, verdict, data FROM event
            WHERE profile = ? AND \(filter.sql) AND at >= ? AND at <= ? ORDER BY at DESC LIMIT ?
            """,
            [.integer(profile)] + filter.values + [
                .integer(start), .integer(now.milliseconds), .integer(limit),
            ], { EventRecord(row: $0) })
    }
}
