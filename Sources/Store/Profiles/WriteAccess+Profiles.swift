package import Core

extension WriteAccess {
    /// Makes the columns of fields that are new. Adding one takes no time at any number of
    /// profiles. A field keeps its type for good: changing it is refused.
    package func declare(fields: [FieldColumn], at now: Instant) throws(StoreError) {
        let known = try fieldColumns()
        forgetColumns()
        for field in fields {
            if let old = known[field.name] {
                guard old.type == field.type else {
                    throw .refused(
                        "field \(field.name) is a \(old.type.rawValue) and cannot become a "
                            + "\(field.type.rawValue): choose another name")
                }
                try connection.run(
                    "UPDATE field SET cap = ?, history = ? WHERE name = ?",
                    [
                        field.cap.map(SQLValue.real) ?? .null,
                        .integer(field.keepsHistory ? 1 : 0), .text(field.name),
                    ])
                if old.halfLife != field.halfLife {
                    try move(old, to: field.halfLife, at: now)
                }
                continue
            }
            guard FieldColumn.isValidName(field.name), !FieldColumn.reserved.contains(field.name)
            else { throw .refused("\(field.name) cannot be the name of a field") }
            try connection.execute(
                "ALTER TABLE profile ADD COLUMN \(field.sql) \(field.affinity)")
            try connection.run(
                """
                INSERT INTO field (name, type, half_life, cap, landmark, history)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(field.name), .text(field.type.rawValue),
                    .optional(field.halfLife?.milliseconds),
                    field.cap.map(SQLValue.real) ?? .null, .integer(now.milliseconds),
                    .integer(field.keepsHistory ? 1 : 0),
                ])
        }
    }

    package func declare(topics: [TopicRecord]) throws(StoreError) {
        for topic in topics {
            try connection.run(
                """
                INSERT INTO topic (name, label, by_default) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET label = excluded.label,
                by_default = excluded.by_default
                """,
                [.text(topic.name), .text(topic.label), .integer(topic.byDefault ? 1 : 0)])
        }
    }

    /// Adds a profile; refused when the address is there already. Returns its id.
    /// `source` is where the consent of an active one comes from.
    package func addProfile(
        email: EmailAddress, status: ProfileStatus = .active,
        by source: ConsentSource = .operator, at now: Instant
    ) throws(StoreError) -> Int64 {
        guard try profileID(email: email) == nil else {
            throw .refused("a profile with this address exists already")
        }
        guard try !isErased(email.text) else { throw .refused(Self.erasedReason) }
        try connection.run(
            "INSERT INTO profile (email, status, created, updated) VALUES (?, ?, ?, ?)",
            [
                .text(email.text), .text(status.rawValue), .integer(now.milliseconds),
                .integer(now.milliseconds),
            ])
        let id = connection.lastInsertedID
        noteChange(.creation, of: id, at: now)
        switch status {
        case .active: try note(.granted, of: id, by: source, at: now)
        case .unsubscribed, .complained: try note(.withdrawn, of: id, by: source, at: now)
        case .unconfirmed, .bounced, .erased: break
        }
        return id
    }

    /// Sets fields to values (for a decaying score: the raw sum). Refused when a value has
    /// another type than its field. `cause` is what the history says of it.
    package func set(
        _ values: [(FieldColumn, FieldValue)], of profile: Int64, at now: Instant,
        by cause: ChangeCause = .daemon
    ) throws(StoreError) {
        guard !values.isEmpty else { return }
        let ordered = values.sorted { $0.0.name < $1.0.name }
        try noteChange(of: ordered.map(\.0), of: profile, at: now)
        var bindings: [SQLValue] = []
        for (column, value) in ordered {
            guard let bound = column.sqlValue(value) else {
                throw .refused("\(column.name) takes a \(column.type.rawValue)")
            }
            bindings.append(bound)
        }
        if ordered.contains(where: \.0.keepsHistory) {
            try noteHistory(
                Array(zip(ordered.map(\.0), bindings)), of: profile, at: now, by: cause)
        }
        try connection.run(
            assigning(ordered.map(\.0)),
            bindings + [.integer(now.milliseconds), .integer(profile)])
    }

    /// The statement that sets these fields of a profile. Actions set the same ones again and again,
    /// and spelling it takes longer than to look it up.
    private func assigning(_ columns: [FieldColumn]) -> String {
        let names = columns.map(\.name)
        if let spelled = assignments[names] { return spelled }
        let list = columns.map { "\($0.sql) = ?" }.joined(separator: ", ")
        let spelled = "UPDATE profile SET \(list), updated = ? WHERE id = ?"
        if assignments.count >= 100 { assignments = [:] }
        assignments[names] = spelled
        return spelled
    }

    package func tag(
        _ profile: Int64, _ name: String, at now: Instant? = nil
    ) throws(StoreError) {
        let added = try connection.run(
            "INSERT OR IGNORE INTO tag (profile, name) VALUES (?, ?)",
            [.integer(profile), .text(name)])
        if added > 0 { noteChange(.tag(name), of: profile, at: now) }
    }

    package func untag(
        _ profile: Int64, _ name: String, at now: Instant? = nil
    ) throws(StoreError) {
        let removed = try connection.run(
            "DELETE FROM tag WHERE profile = ? AND name = ?", [.integer(profile), .text(name)])
        if removed > 0 { noteChange(.tag(name), of: profile, at: now) }
    }

    /// Records that a person chose a topic, or left it.
    package func set(
        topic: String, subscribed: Bool, of profile: Int64, by source: ConsentSource = .action,
        at now: Instant
    ) throws(StoreError) {
        let chosen = try chosenTopic(profile, topic)
        // Who says again what holds anyway has changed nothing.
        var isChange = effects?.heeds(.topic(topic)) ?? false
        if isChange {
            let holds = if let chosen { chosen } else { try isDefault(topic: topic) }
            isChange = holds != subscribed
        }
        if chosen != subscribed {
            try note(
                subscribed ? .granted : .withdrawn, topic: topic, of: profile, by: source, at: now)
        }
        try connection.run(
            """
            INSERT INTO subscription (profile, topic, subscribed, at) VALUES (?, ?, ?, ?)
            ON CONFLICT (profile, topic) DO UPDATE SET subscribed = excluded.subscribed,
            at = excluded.at
            """,
            [
                .integer(profile), .text(topic), .integer(subscribed ? 1 : 0),
                .integer(now.milliseconds),
            ])
        if isChange { noteChange(ofTopic: topic, to: subscribed, of: profile, at: now) }
    }

    /// Moves a profile to a status that means less mail. Nothing turns a person active here:
    /// that takes consent. Returns whether it changed; a stronger status stays
    /// (erased, bounced, complained, unsubscribed, in this order).
    @discardableResult
    package func restrict(
        _ profile: Int64, to status: ProfileStatus, by source: ConsentSource = .operator,
        at now: Instant
    ) throws(StoreError) -> Bool {
        guard status != .active, status != .unconfirmed else {
            throw .refused("only a person's own consent makes a profile \(status.rawValue)")
        }
        if status == .erased {
            try forgetShown(profile)
            try forgetChoices(of: profile)
        }
        let weaker = ProfileStatus.byRestriction.prefix { $0 != status }
            .map { "'\($0.rawValue)'" }
        let changed = try connection.run(
            """
            UPDATE profile SET status = ?, updated = ?
            WHERE id = ? AND status IN (\(weaker.joined(separator: ",")))
            """,
            [.text(status.rawValue), .integer(now.milliseconds), .integer(profile)])
        guard changed == 1 else { return false }
        noteChange(.status, of: profile, at: now)
        switch status {
        case .unsubscribed, .complained: try note(.withdrawn, of: profile, by: source, at: now)
        case .erased: try note(.erased, of: profile, by: source, at: now)
        // An address that fails is no choice of its owner.
        case .active, .unconfirmed, .bounced: break
        }
        return true
    }

    /// Adds an address to those that get nothing.
    package func suppress(email: String, reason: String, at now: Instant) throws(StoreError) {
        try connection.run(
            "INSERT OR IGNORE INTO suppression (email, reason, at) VALUES (?, ?, ?)",
            [.text(email), .text(reason), .integer(now.milliseconds)])
    }

    /// Adds one to a named counter that is shown in the status.
    package func count(_ name: String, by n: Int = 1) throws(StoreError) {
        try connection.run(
            """
            INSERT INTO counter (name, n) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET n = n + excluded.n
            """, [.text(name), .integer(n)])
    }
}
