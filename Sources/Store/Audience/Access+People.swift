internal import Core

extension WriteAccess {
    /// Brings rows of people in: all of the chunk in this transaction.
    package func bring(_ chunk: PeopleChunk, _ order: PeopleOrder) throws -> PeopleTally {
        var run = try PeopleRun(chunk, order, self, peopleStatements(chunk.columns))
        try run.run()
        return run.tally
    }

    /// Those of the last import, while its columns are the same.
    private func peopleStatements(_ columns: [FieldColumn]) throws(StoreError) -> PeopleStatements {
        if let kept = keptPeopleStatements, kept.columns == columns { return kept }
        let statements = try PeopleStatements(columns, on: connection)
        keptPeopleStatements = statements
        return statements
    }

    /// Makes somebody active by her own consent, which the caller journals in the same transaction.
    func restore(_ profile: Int64, at now: Instant) throws(StoreError) {
        try connection.run(
            "UPDATE profile SET status = 'active', soft_bounces = 0, updated = ? WHERE id = ?",
            [.integer(now.milliseconds), .integer(profile)])
        noteChange(.status, of: profile, at: now)
    }

    func set(
        _ list: PeopleChunk.List, _ profile: Int64, _ order: PeopleOrder
    ) throws(StoreError) {
        for tag in list.tags { try self.tag(profile, tag, at: order.now) }
        for topic in list.topics {
            try set(
                topic: topic.name, subscribed: topic.subscribed, of: profile,
                by: order.consent.map { .imported($0) } ?? ConsentSource(way: order.cause.text),
                at: order.now)
        }
    }

    /// The history of somebody new begins with what the import brought.
    func noteFirst(
        _ profile: Int64, at now: Instant, by cause: ChangeCause, of chunk: PeopleChunk
    ) throws(StoreError) {
        for column in chunk.columns where column.keepsHistory {
            try connection.run(
                """
                INSERT INTO field_change (profile, field, at, old, new, cause)
                SELECT id, ?, ?, NULL, \(column.sql), ? FROM profile
                WHERE id = ? AND \(column.sql) IS NOT NULL
                """,
                [
                    .text(column.name), .integer(now.milliseconds), .text(cause.text),
                    .integer(profile),
                ])
        }
    }
}
