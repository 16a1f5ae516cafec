package import Core
internal import JSON

extension WriteAccess {
    /// Queues one delivery outside of planning, for a trigger or an action; nil when this
    /// mailing has been queued for this person on this occasion before.
    @discardableResult
    package func queue(
        _ key: DeliveryKey, version: Int64, due: Instant, at now: Instant
    ) throws(StoreError) -> Int64? {
        let added = try connection.run(
            """
            INSERT INTO delivery (mailing, profile, occasion, version, state, due, created, updated)
            VALUES (?, ?, ?, ?, 0, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                .integer(key.mailing), .integer(key.profile), .text(key.occasion.text),
                .integer(version), .integer(due.milliseconds), .integer(now.milliseconds),
                .integer(now.milliseconds),
            ])
        guard added == 1 else { return nil }
        count(key.mailing, .queued, 1)
        return connection.lastInsertedID
    }

    /// Queues the deliveries of a running mailing for the next `span` profile ids, of those whom
    /// the audience (nil: everybody) holds. The rows and the mark up to which planning has come
    /// are one transaction, so a restart neither leaves out nor repeats anybody.
    /// Returns how many were queued.
    ///
    /// - Parameter isFirstPart: the audience is but the part that gets it first; the rest waits.
    package func plan(
        mailing id: Int64, audience: SQLCondition?, span: Int64, isFirstPart: Bool = false,
        at now: Instant
    ) throws(StoreError) -> Int {
        guard let mailing = try mailing(id), mailing.state == .running, !mailing.isPlanned,
            let version = mailing.runningVersion
        else { return 0 }
        let last = try connection.first("SELECT max(id) FROM profile") { $0.integer(0) } ?? 0
        let end = min(mailing.plannedTo + span, last)
        let condition = audience.map { " AND (\($0.sql))" } ?? ""
        let added = try connection.run(
            """
            INSERT INTO delivery (mailing, profile, occasion, version, state, due, created, updated)
            SELECT ?, profile.id, ?, ?, 0, ?, ?, ? FROM profile
            WHERE profile.id > ? AND profile.id <= ?\(condition) ORDER BY profile.id
            ON CONFLICT DO NOTHING
            """,
            [
                .integer(id), .text(mailing.occasion.text), .integer(version),
                .integer(now.milliseconds), .integer(now.milliseconds),
                .integer(now.milliseconds), .integer(mailing.plannedTo), .integer(end),
            ] + (audience?.values ?? []))
        count(id, .queued, added)
        try connection.run(
            "UPDATE mailing SET planned_to = ?, planned = ?, stage = ? WHERE id = ?",
            [
                .integer(end), .integer(end >= last ? 1 : 0),
                .integer((isFirstPart && end >= last ? .firstPart : mailing.stage).rawValue),
                .integer(id),
            ])
        return added
    }

    /// Makes intents durable, each with its place and its merge row. What the person, the topic,
    /// the suppression list or the operator forbids by now is settled here instead, in the same
    /// transaction. The answers are in the order of the intents.
    package func commit(
        _ intents: [Intent], at now: Instant
    ) throws(StoreError) -> [IntentAnswer] {
        let statements = try ledgerStatements()
        let known = try statements.waiting(intents.map(\.delivery))
        var hasStopped = false
        var answers: [IntentAnswer] = []
        for (intent, known) in zip(intents, known) {
            // Stopping one may have changed what was found of the others.
            let found = hasStopped ? try statements.waiting(intent.delivery) : known
            let answer = try commit(intent, found, at: now)
            hasStopped = hasStopped || answer != .go
            answers.append(answer)
        }
        return answers
    }

    private func commit(
        _ intent: Intent, _ found: LedgerStatements.Waiting?, at now: Instant
    ) throws(StoreError) -> IntentAnswer {
        let verdict = try judge(intent.delivery, found, intent.terms, at: now)
        guard let found, verdict == .go else {
            return .stop(reason: verdict.reason ?? "it is not waiting any more")
        }
        guard try print(intent.coupons, for: found.profile, at: now) else {
            return .stop(reason: "its coupon is somebody else's by now")
        }
        try ledgerStatements().intend(intent, at: now)
        count(found.mailing, found.state, -1)
        count(found.mailing, .sending, 1)
        return .go
    }

    /// Settles a delivery for which no message could or should be made.
    package func settle(
        _ delivery: Int64, _ state: DeliveryState, reason: String, at now: Instant
    ) throws(StoreError) {
        try transition(delivery, to: state, reason: reason, at: now)
        try returnCoupons(of: delivery)
    }

    /// Makes the results of attempts durable; their places may be used again afterwards. Returns what
    /// became of mailings because of them.
    @discardableResult
    package func commit(
        _ results: [AttemptResult], at now: Instant
    ) throws -> [BounceEffect.Alert] {
        var alerts: [BounceEffect.Alert] = []
        var sent: [(delivery: Int64, found: LedgerStatements.Found)] = []
        sent.reserveCapacity(results.count)
        for result in results {
            if case .accepted(let reply) = result.outcome {
                let id = result.delivery
                let moved = try transition(id, to: .sent, reason: nil, reply: reply, at: now)
                if try !recordSent(id, of: moved, at: now) { sent.append((id, moved)) }
                continue
            }
            if result.bounceWeight != nil {
                // A bounce is judged by what has happened, so it must stand there.
                try ledgerStatements().noteSent(sent, at: now)
                sent = []
            }
            if let alert = try commit(result, at: now) { alerts.append(alert) }
        }
        try ledgerStatements().noteSent(sent, at: now)
        return alerts
    }

    /// Of what was not accepted.
    private func commit(
        _ result: AttemptResult, at now: Instant
    ) throws -> BounceEffect.Alert? {
        let id = result.delivery
        switch result.outcome {
        case .accepted: break
        case .deferred(let stage, let reply):
            try transition(id, to: .deferred, reason: "at \(stage.rawValue)", reply: reply, at: now)
            try reschedule(id, result.retryAt, at: now)
        case .refused(let stage, let reply):
            try transition(id, to: .refused, reason: "at \(stage.rawValue)", reply: reply, at: now)
            if let weight = result.bounceWeight {
                return try bounced(
                    BounceReport(
                        delivery: id, weight: weight,
                        reason: "\(reply.code) \(reply.status?.description ?? "") in session",
                        isInSession: true), at: now
                ).alert
            }
        case .unsent(let stage, let reason):
            // Nil: it was lost by itself each time, until it was too old.
            let waits = result.retryAt.map { $0 > now } ?? true
            try transition(
                id, to: waits ? .deferred : .queued, reason: Self.unsent(stage, reason), at: now)
            // A lost connection says nothing about the recipient.
            try connection.run(
                "UPDATE delivery SET attempts = attempts - 1 WHERE id = ?", [.integer(id)])
            // What need not wait keeps its turn: oldest first, also after hours without a relay.
            if waits { try reschedule(id, result.retryAt, at: now) }
        case .inDoubt(let reason):
            try transition(id, to: .inDoubt, reason: reason, at: now)
        }
        return nil
    }

    /// The event that `received(…)` counts, where somebody waits for it; false, and nothing is
    /// done, where nobody does, as mostly.
    private func recordSent(
        _ id: Int64, of moved: LedgerStatements.Found, at now: Instant
    ) throws -> Bool {
        guard moved.profile != 0, effects?.heeds(.event(.send, mailing: moved.mailing)) == true
        else { return false }
        try record(
            EventRecord(
                profile: moved.profile, kind: .send, at: now, mailing: moved.mailing,
                delivery: id))
        return true
    }

    private static func unsent(_ stage: Stage, _ reason: String) -> String {
        "not sent, \(stage.rawValue): \(reason)"
    }

    /// Makes due at once what was put off for this reason, before it was composed or at a stage.
    package func hasten(
        _ stage: Stage, reason: String, at now: Instant
    ) throws(StoreError) {
        try connection.run(
            "UPDATE delivery SET due = ? WHERE state IN (0, 3) AND reason IN (?, ?) AND due > ?",
            [
                .integer(now.milliseconds), .text(reason), .text(Self.unsent(stage, reason)),
                .integer(now.milliseconds),
            ])
    }

    /// Puts off deliveries that wait and that nobody has claimed.
    package func postpone(
        _ rows: [(delivery: Int64, due: Instant)], reason: String
    ) throws(StoreError) {
        for row in rows {
            try connection.run(
                "UPDATE delivery SET due = ?, reason = ? WHERE id = ? AND state IN (0, 3)",
                [.integer(row.due.milliseconds), .text(reason), .integer(row.delivery)])
        }
    }

    /// Deliveries that `expireWaiting` gives up at once.
    package static let expiryBatch = 1000

    /// Gives up deliveries of a mailing that wait and were made before an instant, a batch of them;
    /// what cap or hours have put off until later only with `isEnd`. Returns how many.
    package func expireWaiting(
        mailing: Int64, madeBefore: Instant, isEnd: Bool = false, except claimed: Set<Int64>,
        reason: String, at now: Instant
    ) throws(StoreError) -> Int {
        let found = try connection.query(
            """
            SELECT id FROM delivery INDEXED BY delivery_due
            WHERE mailing = ? AND state IN (0, 3) AND created < ?
                AND (? OR wanted IS NULL OR due <= ?) ORDER BY due, id LIMIT ?
            """,
            [
                .integer(mailing), .integer(madeBefore.milliseconds), .integer(isEnd ? 1 : 0),
                .integer(now.milliseconds),
                .integer(Self.expiryBatch + claimed.count),
            ]
        ) { $0.integer(0) }.filter { !claimed.contains($0) }.prefix(Self.expiryBatch)
        for id in found {
            try transition(id, to: .expired, reason: reason, at: now)
            try returnCoupons(of: id)
        }
        return found.count
    }

    private func reschedule(_ id: Int64, _ retryAt: Instant?, at now: Instant) throws(StoreError) {
        guard let retryAt else {
            try transition(id, to: .expired, reason: "its time is over", at: now)
            return
        }
        try connection.run(
            "UPDATE delivery SET due = ? WHERE id = ?",
            [.integer(retryAt.milliseconds), .integer(id)])
    }

    /// The only way a delivery changes its state, but for `commit` of an intent; refuses what the
    /// table does not allow. Returns whose delivery it is.
    @discardableResult
    func transition(
        _ id: Int64, to next: DeliveryState, reason: String?, reply: SMTPReply? = nil,
        at now: Instant
    ) throws(StoreError) -> LedgerStatements.Found {
        let statements = try ledgerStatements()
        guard let found = try statements.find(id) else {
            throw .refused("there is no delivery \(id)")
        }
        guard found.state.mayBecome(next) else {
            throw .refused("delivery \(id) is \(found.state.name) and cannot become \(next.name)")
        }
        try statements.move(id, to: next, reason: reason, reply: reply, at: now)
        count(found.mailing, found.state, -1)
        count(found.mailing, next, 1)
        if next == .suppressed, let delivery = try delivery(id) {
            try giveBack(delivery.occasion, of: found.profile)
        }
        return found
    }

    /// Moves all deliveries of a mailing that are in one of the states; due at once.
    func transition(
        all mailing: Int64, from states: [DeliveryState], to next: DeliveryState,
        reason: String?, at now: Instant
    ) throws(StoreError) -> Int {
        var total = 0
        for state in states {
            precondition(state.mayBecome(next), "\(state.name) may not become \(next.name)")
            let moved = try connection.run(
                """
                UPDATE delivery SET state = ?, reason = ?, updated = ?, due = ?, place = NULL
                WHERE mailing = ? AND \(state.filter)
                """,
                [
                    .integer(next.rawValue), .optional(reason), .integer(now.milliseconds),
                    .integer(now.milliseconds), .integer(mailing),
                ])
            count(mailing, state, -moved)
            count(mailing, next, moved)
            total += moved
        }
        return total
    }

    /// What the operator decides about deliveries in doubt.
    package enum DoubtDecision: String, Sendable {
        case resend, drop
    }

    /// Resolves all deliveries in doubt of a mailing. Returns how many.
    @discardableResult
    package func resolveDoubt(
        _ name: String, _ decision: DoubtDecision, at now: Instant
    ) throws(StoreError) -> Int {
        let mailing = try existing(name)
        let moved = try transition(
            all: mailing.id, from: [.inDoubt], to: decision == .resend ? .queued : .cancelled,
            reason: decision == .resend ? nil : "in doubt, dropped by the operator", at: now)
        if moved > 0, decision == .resend { try wake(mailing) }
        return moved
    }

    /// Makes deferred deliveries due now, of one mailing or of all. Returns how many.
    @discardableResult
    package func flush(mailing: Int64?, at now: Instant) throws(StoreError) -> Int {
        try connection.run(
            """
            UPDATE delivery SET due = ?1 WHERE \(DeliveryState.deferred.filter) AND due > ?1
            AND (?2 IS NULL OR mailing = ?2)
            """, [.integer(now.milliseconds), .optional(mailing)])
    }
}
