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
        _ profile: Int64, by source: ConsentSource, at now: Instant
    ) throws(StoreError) -> Bool {
        let changed = try connection.run(
            """
            UPDATE profile SET status = 'active', updated = ?
            WHERE id = ? AND status IN ('unconfirmed', 'unsubscribed', 'complained')
            """, [.integer(now.milliseconds), .integer(profile)])
        if changed == 1 {
            try note(.granted, of: profile, by: source, at: now)
            return true
        }
        return try connection.first(
            "SELECT 1 FROM profile WHERE id = ? AND status = 'active'", [.integer(profile)]
        ) { _ in true } ?? false
    }
}
