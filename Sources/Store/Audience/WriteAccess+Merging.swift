package import Core
internal import Expression
internal import JSON

extension WriteAccess {
    /// Joins two profiles of one person: the first stays, with its address; the second goes.
    ///
    /// A field of the first wins, the second fills what is blank; points of scores are added up to
    /// the cap. Tags, events, history and deliveries are joined. Of topics and status the one that
    /// means less mail wins: a merge makes nobody active. Where both got, or are to get, the same
    /// mailing on the same occasion, the second's is kept apart and, if it still waits, stopped.
    package func merge(
        _ dropped: Int64, into kept: Int64, at now: Instant
    ) throws -> Int64 {
        guard dropped != kept else { throw StoreError.refused("these are the same profile") }
        let columns = try fieldColumns()
        guard let first = try profile(kept, fields: columns.values),
            let second = try profile(dropped, fields: columns.values),
            first.status != .erased, second.status != .erased
        else { throw StoreError.refused("one of the two profiles is gone or erased") }
        try set(joined(first, second, columns, at: now), of: kept, at: now, by: .merge)
        if ProfileStatus.isRestriction(from: first.status, to: second.status) {
            try restrict(kept, to: second.status, at: now)
        }
        for (topic, subscribed) in second.topics.sorted(by: { $0.key < $1.key })
        where first.topics[topic] == nil || !subscribed {
            try set(topic: topic, subscribed: subscribed, of: kept, at: now)
        }
        for tag in second.tags.sorted() { try self.tag(kept, tag, at: now) }
        if try isSuppressed(email: second.email) {
            try suppress(email: first.email, reason: "merge", at: now)
        }
        try joinDeliveries(of: dropped, to: kept, at: now)
        try joinRows(of: dropped, to: kept)
        try connection.run("DELETE FROM profile WHERE id = ?", [.integer(dropped)])
        return try record(
            EventRecord(
                profile: kept, kind: EventKind("merge"), at: now,
                data: ["profile": .integer(dropped)]))
    }

    /// What the fields of the first are to become.
    private func joined(
        _ first: ProfileRecord, _ second: ProfileRecord, _ columns: [String: FieldColumn],
        at now: Instant
    ) -> [(FieldColumn, FieldValue)] {
        columns.values.compactMap { column in
            let (mine, other) = (first.fields[column.name], second.fields[column.name])
            guard let other, other != .missing else { return nil }
            guard let mine, mine != .missing else { return (column, other) }
            guard column.type == .score, case .number(let a) = mine, case .number(let b) = other
            else { return nil }
            let cap = column.cap.map { column.scale.threshold($0, at: now) } ?? .infinity
            return (column, .number(min(a + b, max(cap, a))))
        }
    }

    private func joinDeliveries(
        of dropped: Int64, to kept: Int64, at now: Instant
    ) throws(StoreError) {
        let people: [SQLValue] = [.integer(dropped), .integer(kept)]
        let twice = try connection.query(
            """
            SELECT d.id, d.state FROM delivery d WHERE d.profile = ?1 AND EXISTS (
                SELECT 1 FROM delivery k WHERE k.profile = ?2 AND k.mailing = d.mailing
                AND k.occasion = d.occasion)
            """, people
        ) { (id: $0.integer(0), state: $0.integer(1)) }
        for delivery in twice {
            if [0, 3, 6].contains(delivery.state) {
                try transition(
                    delivery.id, to: .suppressed, reason: "the other profile has it too", at: now)
                try returnCoupons(of: delivery.id)
            }
            try connection.run(
                "UPDATE delivery SET occasion = occasion || '/merged/' || id WHERE id = ?",
                [.integer(delivery.id)])
        }
        try connection.run("UPDATE delivery SET profile = ?2 WHERE profile = ?1", people)
        // Of a pool in which both have a code, the second's stays given and is nobody's.
        try connection.run("UPDATE OR IGNORE coupon SET profile = ?2 WHERE profile = ?1", people)
        try connection.run("UPDATE coupon SET profile = -id WHERE profile = ?", [people[0]])
        try connection.run("UPDATE proof SET profile = ?2 WHERE profile = ?1", people)
    }

    /// Rows that the first has too are dropped with the second's profile.
    private func joinRows(of dropped: Int64, to kept: Int64) throws(StoreError) {
        for table in try personalTables() where !PersonalTables.unmerged.contains(table) {
            try connection.run(
                "UPDATE OR IGNORE \"\(table)\" SET profile = ?2 WHERE profile = ?1",
                [.integer(dropped), .integer(kept)])
            try connection.run(
                "DELETE FROM \"\(table)\" WHERE profile = ?", [.integer(dropped)])
        }
    }
}
