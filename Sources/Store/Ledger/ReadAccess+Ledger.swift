package import Core

extension ReadAccess {
    private static let deliveryColumns = """
        id, mailing, profile, occasion, version, state, due, created, updated, attempts, place,
        choices, reason, reply
        """

    package func delivery(_ id: Int64) throws(StoreError) -> DeliveryRecord? {
        try connection.first(
            "SELECT \(Self.deliveryColumns) FROM delivery WHERE id = ?", [.integer(id)],
            { DeliveryRecord(row: $0) })
    }

    /// Whether a mailing has been queued for a person on an occasion, whatever became of it.
    package func isQueued(_ key: DeliveryKey) throws(StoreError) -> Bool {
        try connection.first(
            "SELECT 1 FROM delivery WHERE mailing = ? AND profile = ? AND occasion = ?",
            [.integer(key.mailing), .integer(key.profile), .text(key.occasion.text)]
        ) { _ in true } ?? false
    }

    /// The highest id a delivery ever had; 0 when there has been none.
    package func lastDeliveryID() throws(StoreError) -> Int64 {
        try connection.first("SELECT seq FROM sqlite_sequence WHERE name = 'delivery'") {
            $0.integer(0)
        } ?? 0
    }

    /// Deliveries of a mailing whose time has come, earliest first, from behind a place in that
    /// order. Costs microseconds at any number of rows (partial index).
    ///
    /// Two looks, since of `(due, id) > (?, ?)` SQLite uses the time alone to find the first row.
    package func dueDeliveries(
        mailing: Int64, at now: Instant, after place: DuePlace = .start, limit: Int
    ) throws(StoreError) -> [DeliveryRecord] {
        var found: [DeliveryRecord] = []
        if place != .start, place.due <= now {
            found = try due(
                mailing, "due = ? AND id > ? ORDER BY id", place.due.milliseconds, place.id, limit)
        }
        guard found.count < limit else { return found }
        return try found
            + due(
                mailing, "due > ? AND due <= ? ORDER BY due, id", place.due.milliseconds,
                now.milliseconds, limit - found.count)
    }

    private func due(
        _ mailing: Int64, _ condition: String, _ first: Int64, _ second: Int64, _ limit: Int
    ) throws(StoreError) -> [DeliveryRecord] {
        try connection.query(
            """
            SELECT \(Self.deliveryColumns) FROM delivery INDEXED BY delivery_due
            WHERE mailing = ? AND state IN (0, 3) AND \(condition) LIMIT ?
            """, [.integer(mailing), .integer(first), .integer(second), .integer(limit)],
            { DeliveryRecord(row: $0) })
    }

    /// When the next delivery of a mailing falls due; nil when none waits.
    package func nextDue(mailing: Int64) throws(StoreError) -> Instant? {
        try connection.first(
            """
            SELECT min(due) FROM delivery INDEXED BY delivery_due
            WHERE mailing = ? AND state IN (0, 3)
            """, [.integer(mailing)]
        ) { $0.optionalInteger(0).map { Instant(milliseconds: $0) } } ?? nil
    }

    /// All deliveries whose intent is durable and whose result is not: what a start must settle.
    package func openIntents() throws(StoreError) -> [DeliveryRecord] {
        try connection.query(
            """
            SELECT \(Self.deliveryColumns) FROM delivery INDEXED BY delivery_flight
            WHERE \(DeliveryState.sending.filter) ORDER BY id
            """, [], { DeliveryRecord(row: $0) })
    }

    /// Deliveries for a listing, oldest first, from behind `after`; with `domains`, those to
    /// addresses in one of them.
    package func deliveries(
        mailing: Int64, state: DeliveryState?, domains: [String]? = nil, after: Int64 = 0,
        limit: Int
    ) throws(StoreError) -> [DeliveryRecord] {
        let marks = (domains ?? []).map { _ in "?" }.joined(separator: ", ")
        let filter =
            domains == nil
            ? ""
            : """
             AND (SELECT lower(substr(email, instr(email, '@') + 1)) FROM profile
                WHERE profile.id = delivery.profile) IN (\(marks))
            """
        return try connection.query(
            """
            SELECT \(Self.deliveryColumns) FROM delivery
            WHERE mailing = ? AND id > ?\(state.map { " AND \($0.filter)" } ?? "")\(filter)
            ORDER BY id LIMIT ?
            """,
            [.integer(mailing), .integer(after)] + (domains ?? []).map { .text($0) }
                + [.integer(limit)], { DeliveryRecord(row: $0) })
    }

    /// The domain of a profile's address, in lower case; nil when there is no such profile.
    package func domain(ofProfile id: Int64) throws(StoreError) -> String? {
        let email = try connection.first(
            "SELECT email FROM profile WHERE id = ?", [.integer(id)]
        ) { $0.text(0) }
        guard let email, let at = email.lastIndex(of: "@") else { return nil }
        return email[email.index(after: at)...].lowercased()
    }

    package func deliveries(profile: Int64) throws(StoreError) -> [DeliveryRecord] {
        try connection.query(
            "SELECT \(Self.deliveryColumns) FROM delivery WHERE profile = ? ORDER BY id",
            [.integer(profile)], { DeliveryRecord(row: $0) })
    }

    package func mergeRow(_ delivery: Int64) throws(StoreError) -> [UInt8]? {
        try connection.first(
            "SELECT data FROM merge_row WHERE delivery = ?", [.integer(delivery)]
        ) { $0.blob(0) }
    }

    /// How many deliveries of a mailing are in each state; kept, so it costs nothing.
    package func deliveryCounts(mailing: Int64) throws(StoreError) -> [DeliveryState: Int] {
        var counts: [DeliveryState: Int] = [:]
        try connection.forEach(
            "SELECT state, n FROM delivery_count WHERE mailing = ? AND n > 0", [.integer(mailing)]
        ) { row in
            if let state = DeliveryState(rawValue: Int(row.integer(0))) {
                counts[state] = Int(row.integer(1))
            }
        }
        return counts
    }

    /// The named counters that the status shows.
    package func counters() throws(StoreError) -> [String: Int] {
        var counters: [String: Int] = [:]
        try connection.forEach("SELECT name, n FROM counter") {
            counters[$0.text(0)] = Int($0.integer(1))
        }
        return counters
    }

    /// Why a person may not get a mailing of this kind and topic now, in words; nil when she may.
    /// The order is the one the manual gives: status, topic, suppression.
    package func block(
        profile: Int64, kind: MailingKind, topic: String?
    ) throws(StoreError) -> String? {
        let consent = try connection.first(
            """
            SELECT \(Consent.columns) FROM (SELECT ? AS topic) v
            LEFT JOIN profile p ON p.id = ?
            """, [.optional(topic), .integer(profile)]
        ) { Consent($0, topic: topic, from: 0) }
        return consent?.objection(to: kind)
    }

    /// Whether a person gets a topic: her own choice, else the topic's default.
    package func isSubscribed(_ profile: Int64, topic: String) throws(StoreError) -> Bool {
        if let chosen = try chosenTopic(profile, topic) { return chosen }
        return try isDefault(topic: topic)
    }

    /// What a person chose herself; nil: nothing.
    func chosenTopic(_ profile: Int64, _ topic: String) throws(StoreError) -> Bool? {
        try connection.first(
            "SELECT subscribed FROM subscription WHERE profile = ? AND topic = ?",
            [.integer(profile), .text(topic)]
        ) { $0.integer(0) != 0 }
    }

    /// Whether those who chose nothing get a topic.
    func isDefault(topic: String) throws(StoreError) -> Bool {
        try connection.first(
            "SELECT by_default FROM topic WHERE name = ?", [.text(topic)]
        ) { $0.integer(0) != 0 } ?? false
    }
}

extension DeliveryState {
    /// The SQL term for this state, spelled so that SQLite sees that a partial index covers it.
    var filter: String {
        switch self {
        case .queued, .deferred: "state IN (0, 3) AND state = \(rawValue)"
        case .sending: "(state = 1 OR state = 11) AND state = 1"
        case .held, .inDoubt: "(state = 6 OR state = 11) AND state = \(rawValue)"
        default: "state = \(rawValue)"
        }
    }
}

extension DeliveryRecord {
    fileprivate init(row: Row) {
        id = row.integer(0)
        mailing = row.integer(1)
        profile = row.integer(2)
        occasion = Occasion(text: row.text(3))
        version = row.integer(4)
        // The column is written from this type alone.
        state = DeliveryState(rawValue: Int(row.integer(5)))!
        due = Instant(milliseconds: row.integer(6))
        created = Instant(milliseconds: row.integer(7))
        updated = Instant(milliseconds: row.integer(8))
        attempts = Int(row.integer(9))
        place = row.optionalInteger(10).map { Int($0) }
        choices = row.optionalText(11)
        reason = row.optionalText(12)
        reply = row.optionalText(13)
    }
}
