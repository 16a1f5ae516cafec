internal import Core
internal import Rules

/// What a cap asks of the store once a message, kept prepared.
final class CapStatements {
    private let sending: Statement
    private let competing: Statement
    private let repeating: Statement

    init(_ connection: Connection) throws(StoreError) {
        sending = try Statement(
            """
            SELECT e.at, v.topic, 0 FROM event e LEFT JOIN delivery d ON d.id = e.delivery
            LEFT JOIN version v ON v.id = d.version
            WHERE e.profile = ?1 AND e.kind = '\(EventKind.send.name)' AND e.at > ?2
                AND (v.kind IS NULL OR v.kind = '\(MailingKind.marketing.rawValue)')
            UNION ALL
            SELECT d.updated, v.topic, d.state FROM delivery d INDEXED BY delivery_flight
            JOIN version v ON v.id = d.version
            WHERE d.profile = ?1 AND (d.state = 1 OR d.state = 11) AND d.updated > ?2
                AND v.kind = '\(MailingKind.marketing.rawValue)'
            """, on: connection)
        // The signs keep SQLite from the index of due rows, by which it would look at all of them.
        competing = try Statement(
            """
            SELECT v.topic FROM delivery d JOIN version v ON v.id = d.version
            WHERE d.profile = ? AND d.mailing = ? AND +d.state IN (0, 3) AND +d.due <= ?
                AND v.kind = '\(MailingKind.marketing.rawValue)'
            """, on: connection)
        repeating = try Statement(
            """
            SELECT 1 FROM event WHERE profile = ?1 AND kind = '\(EventKind.send.name)' AND at > ?3
                AND mailing = ?2
            UNION ALL SELECT 1 FROM delivery d INDEXED BY delivery_flight
            WHERE d.profile = ?1 AND (d.state = 1 OR d.state = 11) AND d.mailing = ?2
            LIMIT 1
            """, on: connection)
    }

    /// Whether a mailing was sent to a person after an instant, is on its way or in doubt.
    func hasBeenSent(
        _ mailing: Int64, to profile: Int64, after: Instant
    ) throws(StoreError) -> Bool {
        repeating.bind(1, profile)
        repeating.bind(2, mailing)
        repeating.bind(3, after.milliseconds)
        return try repeating.first { _ in true } ?? false
    }

    /// Marketing messages to a person that left after an instant, are leaving or are in doubt.
    func sends(to profile: Int64, after: Instant) throws(StoreError) -> [CapRule.Send] {
        var sends: [CapRule.Send] = []
        sending.bind(1, profile)
        sending.bind(2, after.milliseconds)
        try sending.forEach { row in
            sends.append(
                CapRule.Send(
                    at: Instant(milliseconds: row.integer(0)), topic: row.optionalText(1),
                    isUnderWay: Int(row.integer(2)) == DeliveryState.sending.rawValue))
        }
        return sends
    }

    /// What is due for a person of mailings that go first.
    func rivals(
        of profile: Int64, among mailings: [SendTerms.Rival], at now: Instant
    ) throws(StoreError) -> [CapRule.Rival] {
        var rivals: [CapRule.Rival] = []
        for mailing in mailings {
            competing.bind(1, profile)
            competing.bind(2, mailing.mailing)
            competing.bind(3, now.milliseconds)
            try competing.forEach { row in
                rivals.append(
                    CapRule.Rival(mailing: mailing.name, topic: row.optionalText(0)))
            }
        }
        return rivals
    }
}
