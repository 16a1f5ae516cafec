internal import Core

extension ReadAccess {
    private static let mailingColumns = """
        id, name, state, reason, active_version, running_version, planned_to, planned, released,
        finished, present, occasion, approved, scheduled, stage, stage_since
        """

    /// All mailings by name, those for proofs left out.
    package func mailings() throws(StoreError) -> [MailingRecord] {
        try connection.query(
            "SELECT \(Self.mailingColumns) FROM mailing WHERE proof_of IS NULL ORDER BY name", [],
            { MailingRecord(row: $0) })
    }

    /// The mailings in a state, those for proofs among them.
    package func mailings(in state: MailingState) throws(StoreError) -> [MailingRecord] {
        try connection.query(
            "SELECT \(Self.mailingColumns) FROM mailing WHERE state = ? ORDER BY id",
            [.integer(state.rawValue)], { MailingRecord(row: $0) })
    }

    package func mailing(_ id: Int64) throws(StoreError) -> MailingRecord? {
        try connection.first(
            "SELECT \(Self.mailingColumns) FROM mailing WHERE id = ?", [.integer(id)],
            { MailingRecord(row: $0) })
    }

    package func mailing(named name: String) throws(StoreError) -> MailingRecord? {
        try connection.first(
            "SELECT \(Self.mailingColumns) FROM mailing WHERE name = ?", [.text(name)],
            { MailingRecord(row: $0) })
    }

    package func version(_ id: Int64) throws(StoreError) -> VersionRecord? {
        try connection.first(
            """
            SELECT id, mailing, hash, kind, topic, triggered, source, created
            FROM version WHERE id = ?
            """, [.integer(id)]
        ) { row in
            VersionRecord(
                id: row.integer(0), mailing: row.integer(1), hash: row.text(2),
                kind: MailingKind(rawValue: row.text(3)) ?? .marketing,
                topic: row.optionalText(4), isTriggered: row.integer(5) != 0,
                source: row.blob(6), created: Instant(milliseconds: row.integer(7)))
        }
    }

    /// A value that was set under a name, or nil.
    package func setting(_ name: String) throws(StoreError) -> String? {
        try connection.first("SELECT value FROM setting WHERE name = ?", [.text(name)]) {
            $0.optionalText(0)
        } ?? nil
    }
}

extension MailingRecord {
    fileprivate init(row: Row) {
        id = row.integer(0)
        name = row.text(1)
        state = MailingState(rawValue: Int(row.integer(2))) ?? .paused
        reason = row.optionalText(3)
        activeVersion = row.optionalInteger(4)
        runningVersion = row.optionalInteger(5)
        plannedTo = row.integer(6)
        isPlanned = row.integer(7) != 0
        released = row.optionalInteger(8).map { Instant(milliseconds: $0) }
        finished = row.optionalInteger(9).map { Instant(milliseconds: $0) }
        isPresent = row.integer(10) != 0
        occasion = Occasion(text: row.text(11))
        approved = row.optionalInteger(12)
        scheduled = row.optionalInteger(13).map { Instant(milliseconds: $0) }
        stage = RunStage(rawValue: Int(row.integer(14))) ?? .whole
        stageSince = row.optionalInteger(15).map { Instant(milliseconds: $0) }
    }
}
