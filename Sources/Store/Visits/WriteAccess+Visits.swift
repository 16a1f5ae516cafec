package import Core
internal import JSON

extension WriteAccess {
    /// How long a visit waits for somebody to tell whose it was.
    package static let visitMemory = TimeSpan.days(90)
    /// Waiting visits of one browser; older ones are forgotten.
    static let visitsPerVisitor: Int64 = 100
    /// Waiting visits of all browsers.
    static let waitingVisits: Int64 = 500_000
    /// Rows forgotten with each visit, at most.
    private static let forgottenAtOnce: Int64 = 20

    /// Keeps a visit: as an event of its person where the browser is known, else until it is.
    package func take(_ visit: VisitRecord) throws {
        try forgetOldVisits(at: visit.at)
        try connection.run(
            """
            INSERT INTO visitor (id, profile, last) VALUES (?, NULL, ?)
            ON CONFLICT (id) DO UPDATE SET last = max(last, excluded.last)
            """, [.text(visit.visitor), .integer(visit.at.milliseconds)])
        let delivery = try visit.clicked.flatMap { try self.delivery($0) }
        if let delivery, !delivery.isProof {
            try identify(visitor: visit.visitor, as: delivery.profile)
        }
        if let profile = try profile(ofVisitor: visit.visitor) {
            try record(visit.values, of: profile, delivery: delivery, at: visit.at)
        } else {
            try wait(visit)
        }
    }

    /// Says whose a browser is. The visits that waited become events of that person, with all that
    /// they set off. A browser that was somebody else's is hers from now on; what it did before
    /// stays with the other.
    package func identify(visitor: String, as profile: Int64) throws {
        let known = try self.profile(ofVisitor: visitor)
        guard known != profile else { return }
        try connection.run(
            """
            INSERT INTO visitor (id, profile, last) VALUES (?, ?, 0)
            ON CONFLICT (id) DO UPDATE SET profile = excluded.profile
            """, [.text(visitor), .integer(profile)])
        let waiting = try connection.query(
            "SELECT at, data FROM visit WHERE visitor = ? ORDER BY at, id", [.text(visitor)]
        ) { (at: Instant(milliseconds: $0.integer(0)), data: $0.text(1)) }
        try connection.run("DELETE FROM visit WHERE visitor = ?", [.text(visitor)])
        for visit in waiting {
            let values = (try? JSON(parsing: visit.data))?.object ?? JSON.Object()
            try record(values, of: profile, delivery: nil, at: visit.at)
        }
    }

    private func wait(_ visit: VisitRecord) throws(StoreError) {
        try connection.run(
            "INSERT INTO visit (visitor, at, data) VALUES (?, ?, ?)",
            [
                .text(visit.visitor), .integer(visit.at.milliseconds),
                .text(JSON.object(visit.values).text),
            ])
        try connection.run(
            """
            DELETE FROM visit WHERE id IN (SELECT id FROM visit WHERE visitor = ?
            ORDER BY id DESC LIMIT 10 OFFSET ?)
            """, [.text(visit.visitor), .integer(Self.visitsPerVisitor)])
    }

    private func record(
        _ values: JSON.Object, of profile: Int64, delivery: DeliveryRecord?, at: Instant
    ) throws {
        // Visits that a mail led to say so by their delivery; what it names besides is the mail's.
        let own = delivery?.profile == profile ? delivery : nil
        try note(values, of: profile, at: at)
        try record(
            EventRecord(
                profile: profile, kind: .visit, at: at, mailing: own?.mailing, delivery: own?.id,
                data: .object(values)))
    }

    private func note(
        _ values: JSON.Object, of profile: Int64, at: Instant
    ) throws(StoreError) {
        try connection.run(
            """
            INSERT INTO journey (profile, visits) VALUES (?, 1)
            ON CONFLICT (profile) DO UPDATE SET visits = visits + 1
            """, [.integer(profile)])
        guard let source = values["source"]?.string else { return }
        let touch: [SQLValue] = [
            .integer(at.milliseconds), .text(source), .optional(values["medium"]?.string),
            .optional(values["keyword"]?.string), .integer(profile),
        ]
        try connection.run(
            """
            UPDATE journey SET first_at = ?1, first_source = ?2, first_medium = ?3,
            first_keyword = ?4 WHERE profile = ?5 AND (first_at IS NULL OR first_at > ?1)
            """, touch)
        try connection.run(
            """
            UPDATE journey SET last_at = ?1, last_source = ?2, last_medium = ?3,
            last_keyword = ?4 WHERE profile = ?5 AND (last_at IS NULL OR last_at <= ?1)
            """, touch)
    }

    private func forgetOldVisits(at now: Instant) throws(StoreError) {
        let horizon = SQLValue.integer((now - Self.visitMemory).milliseconds)
        try connection.run(
            """
            DELETE FROM visitor WHERE id IN
            (SELECT id FROM visitor WHERE profile IS NULL AND last < ? LIMIT ?)
            """, [horizon, .integer(Self.forgottenAtOnce)])
        try connection.run(
            """
            DELETE FROM visit WHERE id IN (SELECT id FROM visit ORDER BY id LIMIT ?1)
            AND (at < ?2 OR id <= (SELECT max(id) FROM visit) - ?3)
            """, [.integer(Self.forgottenAtOnce), horizon, .integer(Self.waitingVisits)])
    }
}

extension ReadAccess {
    /// Whose a browser is; nil when nobody knows.
    package func profile(ofVisitor visitor: String) throws(StoreError) -> Int64? {
        try connection.first("SELECT profile FROM visitor WHERE id = ?", [.text(visitor)]) {
            $0.optionalInteger(0)
        } ?? nil
    }

    /// How a person came; nil when she was never seen.
    package func journey(of profile: Int64) throws(StoreError) -> Journey? {
        try connection.first(
            """
            SELECT visits, first_at, first_source, first_medium, first_keyword, last_at,
            last_source, last_medium, last_keyword FROM journey WHERE profile = ?
            """, [.integer(profile)]
        ) { row in
            Journey(
                visits: Int(row.integer(0)), first: Journey.Touch(row, from: 1),
                last: Journey.Touch(row, from: 5))
        }
    }
}

extension Journey.Touch {
    fileprivate init?(_ row: Row, from first: Int32) {
        guard let at = row.optionalInteger(first) else { return nil }
        self.init(
            at: Instant(milliseconds: at), source: row.optionalText(first + 1),
            medium: row.optionalText(first + 2), keyword: row.optionalText(first + 3))
    }
}

extension Journey {
    /// What a lead bears of it, under names that it does not bear already.
    func completed(_ values: JSON.Object) -> JSON.Object {
        var values = values
        let texts = [
            ("source", last?.source), ("medium", last?.medium), ("keyword", last?.keyword),
            ("first_source", first?.source), ("first_medium", first?.medium),
            ("first_keyword", first?.keyword),
        ]
        // The last touch belongs together: not a medium of ours to a source of the lead's own.
        let isOwn = ["source", "medium", "keyword"].contains { values[$0] != nil }
        for (name, text) in texts where name.hasPrefix("first_") || !isOwn {
            if let text { values[name] = .string(text) }
        }
        values["visits"] = .integer(Int64(visits))
        return values
    }
}
