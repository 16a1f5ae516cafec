internal import Core

/// The statements that run once a message or more often, kept prepared. An object, since it holds a
/// dozen of them and is handed out for each message.
final class LedgerStatements {
    private let waiting: Statement
    private let waitingMany: Statement
    private let intending: Statement
    private let keeping: Statement
    private let finding: Statement
    private let moving: Statement
    private let noting: Statement
    private let notingMany: Statement
    private let putting: Statement

    init(_ connection: Connection) throws(StoreError) {
        waiting = try Self.waiting(1, on: connection)
        waitingMany = try Self.waiting(Self.lookedAtTogether, on: connection)
        intending = try Statement(
            """
            UPDATE delivery SET state = 1, reason = NULL, updated = ?, place = ?, choices = ?,
                attempts = attempts + 1 WHERE id = ?
            """, on: connection)
        keeping = try Statement(
            "INSERT OR REPLACE INTO merge_row (delivery, data) VALUES (?, ?)", on: connection)
        finding = try Statement(
            "SELECT state, mailing, profile FROM delivery WHERE id = ?", on: connection)
        moving = try Statement(
            """
            UPDATE delivery SET state = ?, reason = ?, updated = ?, reply = coalesce(?, reply),
                place = NULL WHERE id = ?
            """, on: connection)
        noting = try Self.noting(1, on: connection)
        notingMany = try Self.noting(Self.notedTogether, on: connection)
        putting = try Statement(
            """
            UPDATE delivery SET wanted = coalesce(wanted, ?), due = ?, reason = ?, updated = ?
            WHERE id = ?
            """,
            on: connection)
    }

    /// Deliveries that one statement looks at: what it costs to begin and to end one is half of
    /// what such a look costs.
    private static let lookedAtTogether = 16

    /// Finds what decides about so many deliveries.
    private static func waiting(
        _ count: Int, on connection: Connection
    ) throws(StoreError) -> Statement {
        let ids = Array(repeating: "?", count: count).joined(separator: ", ")
        return try Statement(
            """
            SELECT d.state, d.profile, d.mailing, m.state, v.kind, v.topic, \(Consent.columns),
                d.due, d.created, d.attempts, d.wanted, r.spacing, r.paused_until, r.untracked, d.id
            FROM delivery d JOIN mailing m ON m.id = d.mailing JOIN version v ON v.id = d.version
            LEFT JOIN profile p ON p.id = d.profile
            LEFT JOIN preference r ON r.profile = d.profile WHERE d.id IN (\(ids))
            """, on: connection)
    }

    /// Events that one statement inserts: SQLite reads and writes the last id of the table once a
    /// statement, which costs as much as a row.
    private static let notedTogether = 16

    /// Inserts so many events of kind ?1 at ?2, each a person, a mailing and a delivery.
    private static func noting(
        _ count: Int, on connection: Connection
    ) throws(StoreError) -> Statement {
        let rows = (0..<count).map { "(?\(3 * $0 + 3), ?1, ?2, ?\(3 * $0 + 4), ?\(3 * $0 + 5))" }
        return try Statement(
            "INSERT INTO event (profile, kind, at, mailing, delivery) VALUES "
                + rows.joined(separator: ", "), on: connection)
    }

    /// What decides whether an intent may be made durable.
    struct Waiting {
        var state: DeliveryState
        var profile: Int64
        var mailing: Int64
        var mailingState: MailingState
        var kind: MailingKind
        var consent: Consent
        /// When it was to leave: from then on its lifetime counts.
        var wanted: Instant
        var preference: Preference
    }

    /// Nil when there is no such delivery.
    func waiting(_ delivery: Int64) throws(StoreError) -> Waiting? {
        waiting.bind(1, delivery)
        return try waiting.first { Waiting($0) } ?? nil
    }

    /// The same of many, in their order; nil where there is no such delivery.
    func waiting(_ deliveries: [Int64]) throws(StoreError) -> [Waiting?] {
        var all: [Waiting?] = []
        all.reserveCapacity(deliveries.count)
        var rest = deliveries[...]
        while rest.count >= Self.lookedAtTogether {
            let group = rest.prefix(Self.lookedAtTogether)
            rest = rest.dropFirst(Self.lookedAtTogether)
            let first = all.count
            all.append(contentsOf: repeatElement(nil, count: group.count))
            for (place, delivery) in group.enumerated() {
                waitingMany.bind(Int32(place + 1), delivery)
            }
            try waitingMany.forEach { row in
                let id = row.integer(17)
                for (place, delivery) in group.enumerated() where delivery == id {
                    all[first + place] = Waiting(row)
                }
            }
        }
        for delivery in rest { all.append(try waiting(delivery)) }
        return all
    }

    /// Makes an intent durable with its merge row. The caller has looked at the delivery's state.
    func intend(_ intent: Intent, at now: Instant) throws(StoreError) {
        intending.bind(1, now.milliseconds)
        intending.bind(2, intent.place)
        intending.bind(3, intent.choices)
        intending.bind(4, intent.delivery)
        try intending.run()
        keeping.bind(1, intent.delivery)
        keeping.bind(2, intent.mergeRow)
        try keeping.run()
    }

    /// Whose delivery it is and where it stands.
    struct Found {
        var state: DeliveryState
        var mailing: Int64
        var profile: Int64
    }

    /// Nil when there is no such delivery.
    func find(_ delivery: Int64) throws(StoreError) -> Found? {
        finding.bind(1, delivery)
        let found = try finding.first { row in
            DeliveryState(rawValue: Int(row.integer(0))).map {
                Found(state: $0, mailing: row.integer(1), profile: row.integer(2))
            }
        }
        return found ?? nil
    }

    /// Writes a state. The caller has asked the table of transitions.
    func move(
        _ delivery: Int64, to state: DeliveryState, reason: String?, reply: SMTPReply?,
        at now: Instant
    ) throws(StoreError) {
        moving.bind(1, state.rawValue)
        moving.bind(2, reason)
        moving.bind(3, now.milliseconds)
        moving.bind(4, reply?.description)
        moving.bind(5, delivery)
        try moving.run()
    }

    /// The events of messages that were taken.
    func noteSent(
        _ sent: [(delivery: Int64, found: Found)], at now: Instant
    ) throws(StoreError) {
        var rest = sent[...]
        while !rest.isEmpty {
            let count = rest.count < Self.notedTogether ? 1 : Self.notedTogether
            let statement = count == 1 ? noting : notingMany
            statement.bind(1, EventKind.send.name)
            statement.bind(2, now.milliseconds)
            var place: Int32 = 3
            for (delivery, found) in rest.prefix(count) {
                statement.bind(place, found.profile)
                statement.bind(place + 1, found.mailing)
                statement.bind(place + 2, delivery)
                place += 3
            }
            try statement.run()
            rest = rest.dropFirst(count)
        }
    }

    /// Puts off a delivery that waits; `wanted` is when it was to leave.
    func putOff(
        _ delivery: Int64, wanted: Instant, until: Instant, reason: String, at now: Instant
    ) throws(StoreError) {
        putting.bind(1, wanted.milliseconds)
        putting.bind(2, until.milliseconds)
        putting.bind(3, reason)
        putting.bind(4, now.milliseconds)
        putting.bind(5, delivery)
        try putting.run()
    }
}

extension LedgerStatements.Waiting {
    /// Of a row of the statement above; nil when its state is none that is known.
    fileprivate init?(_ row: Row) {
        guard let state = DeliveryState(rawValue: Int(row.integer(0))) else { return nil }
        self.init(
            state: state, profile: row.integer(1), mailing: row.integer(2),
            mailingState: MailingState(rawValue: Int(row.integer(3))) ?? .paused,
            kind: MailingKind(rawValue: row.text(4)) ?? .marketing,
            consent: Consent(row, topic: row.optionalText(5), from: 6),
            wanted: Self.wanted(row, from: 10), preference: Preference(row, from: 14))
    }

    /// From due, created, attempts and wanted, the first of which is column `first`.
    private static func wanted(_ row: Row, from first: Int32) -> Instant {
        let isFresh = row.integer(first + 2) == 0
        return Instant(
            milliseconds: row.optionalInteger(first + 3)
                ?? row.integer(isFresh ? first : first + 1))
    }
}
