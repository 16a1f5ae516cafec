package import Core
internal import Seal

extension ReadAccess {
    /// The newest row's number and seal; nil while the ledger is empty.
    package func consentHead() throws(StoreError) -> (row: Int64, seal: [UInt8])? {
        try connection.first("SELECT id, seal FROM consent ORDER BY id DESC LIMIT 1") {
            ($0.integer(0), $0.blob(1))
        }
    }

    /// What the ledger holds of a person, oldest first.
    package func consent(of profile: Int64) throws(StoreError) -> [ConsentRow] {
        try connection.query(
            "SELECT \(ConsentRow.columns) FROM consent WHERE profile = ? ORDER BY id",
            [.integer(profile)], { ConsentRow(row: $0) })
    }

    /// The text behind the hash in a row, or behind its first digits; nil when there is none or
    /// several.
    package func wording(_ hash: String) throws(StoreError) -> [UInt8]? {
        let found = try connection.query(
            "SELECT html FROM wording WHERE substr(hash, 1, ?) = ? LIMIT 2",
            [.integer(hash.utf8.count), .text(hash.lowercased())]
        ) { $0.blob(0) }
        return found.count == 1 ? found[0] : nil
    }

    /// Rows behind a number, for those who read them all.
    func consent(after id: Int64, limit: Int) throws(StoreError) -> [ConsentRow] {
        try connection.query(
            "SELECT \(ConsentRow.columns) FROM consent WHERE id > ? ORDER BY id LIMIT ?",
            [.integer(id), .integer(limit)], { ConsentRow(row: $0) })
    }
}

extension WriteAccess {
    /// Writes a change of consent into the ledger: the one way in, in the transaction of the
    /// change itself. `topic` nil: all marketing.
    package func note(
        _ change: ConsentChange, topic: String? = nil, of profile: Int64,
        by source: ConsentSource, at now: Instant
    ) throws(StoreError) {
        let email = try connection.first(
            "SELECT email FROM profile WHERE id = ?", [.integer(profile)]
        ) { $0.text(0) }
        guard let email else { return }
        guard let seal = ledgerSeal else { throw .refused("the consent ledger has no key") }
        let last = try consentHead()
        do {
            let key = seal.signing
            var row = ConsentRow(
                id: (last?.row ?? 0) + 1, profile: profile,
                address: try seal.standIn(forAddress: email, key: key) ?? [], topic: topic,
                change: change.rawValue, at: now, source: source, key: key, seal: [])
            row.seal = try seal.code(ofRow: row.sealed(after: last?.seal ?? []), key: key) ?? []
            try add(row)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .refused("the consent ledger cannot be sealed: \(error)")
        }
    }

    /// Keeps a text that people are shown when they choose; returns its hash.
    package func keep(wording html: [UInt8], at now: Instant) throws(StoreError) -> String {
        let hash: String
        do {
            hash = try Fingerprint.of(html)
        } catch {
            throw .refused("the text of a page cannot be hashed: \(error)")
        }
        try connection.run(
            "INSERT OR IGNORE INTO wording (hash, html, since) VALUES (?, ?, ?)",
            [.text(hash), .blob(html), .integer(now.milliseconds)])
        return hash
    }

    private func add(_ row: ConsentRow) throws(StoreError) {
        try connection.run(
            """
            INSERT INTO consent (\(ConsentRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(row.id), .integer(row.profile), .blob(row.address), .optional(row.topic),
                .text(row.change), .integer(row.at.milliseconds), .text(row.source.way),
                .optional(row.source.network), .optional(row.source.wording),
                .integer(Int64(row.key)), .blob(row.seal),
            ])
    }

    /// Makes a person active by her own consent, or by an explicit source of it: she was
    /// unconfirmed, unsubscribed or had complained. Somebody whose address bounces, or who was
    /// erased, stays so. Returns whether she may now be mailed.
    @discardableResult
    package func activate(
        _ profile: Int64,
        from statuses: Set<ProfileStatus> = [
            .unconfirmed, .unsubscribed, .complained,
        ], by source: ConsentSource, at now: Instant
    ) throws(StoreError) -> Bool {
        let names = statuses.subtracting([.bounced, .erased]).map { "'\($0.rawValue)'" }
        let changed = try connection.run(
            """
            UPDATE profile SET status = 'active', updated = ?
            WHERE id = ? AND status IN (\(names.sorted().joined(separator: ",")))
            """, [.integer(now.milliseconds), .integer(profile)])
        if changed == 1 {
            noteChange(.status, of: profile, at: now)
            try note(.granted, of: profile, by: source, at: now)
            return true
        }
        return try connection.first(
            "SELECT 1 FROM profile WHERE id = ? AND status = 'active'", [.integer(profile)]
        ) { _ in true } ?? false
    }
}
