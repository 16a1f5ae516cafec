package import Core
internal import JSON

extension WriteAccess {
    /// A delivery failed. The policy decides what it means for the person, and whether the mailing
    /// goes on. A report on what is settled otherwise changes the profile, not the row.
    @discardableResult
    package func bounced(_ report: BounceReport, at now: Instant) throws -> BounceEffect {
        guard let delivery = try delivery(report.delivery) else {
            throw StoreError.refused("there is no delivery \(report.delivery)")
        }
        if !report.isInSession, report.weight != .unsure, delivery.state.mayBecome(.bounced) {
            try transition(delivery.id, to: .bounced, reason: report.reason, at: now)
        }
        guard !delivery.isProof else { return BounceEffect(standing: .good) }
        let before = try standing(of: delivery.profile, at: now)
        var standing = before
        try record(
            EventRecord(
                profile: delivery.profile, kind: .bounce, at: now, mailing: delivery.mailing,
                delivery: delivery.id,
                data: [
                    "hard": .bool(report.weight == .hard),
                    "weight": .string(report.weight.rawValue), "reason": .string(report.reason),
                ])
        ) {
            // The policy judges the history with this bounce in it.
            standing = try self.standing(of: delivery.profile, at: now)
            try settle(standing, of: delivery.profile, at: now)
        }
        if case .dead(let cause) = standing, !before.isDead, cause != .soft {
            try count(in: "hard", mailing: delivery.mailing)
        }
        return BounceEffect(
            standing: standing, alert: try watch(delivery, at: now))
    }

    /// Writes down how a person stands, and stops what waits for an address that is dead.
    private func settle(
        _ standing: BouncePolicy.Standing, of profile: Int64, at now: Instant
    ) throws(StoreError) {
        try setSoftBounces(standing, of: profile)
        guard case .dead(let cause) = standing else { return }
        try restrict(profile, to: .bounced, at: now)
        try suppressWaiting(of: profile, because: cause.rawValue, at: now)
    }

    /// How a person stands by the policy in force.
    private func standing(
        of profile: Int64, at now: Instant
    ) throws(StoreError) -> BouncePolicy.Standing {
        let history = try bounceHistory(
            profile: profile, deliveredAfter: policy.deliveredAfter, at: now)
        return policy.standing(history, at: now)
    }

    private func setSoftBounces(
        _ standing: BouncePolicy.Standing, of profile: Int64
    ) throws(StoreError) {
        let days: Int
        switch standing {
        case .good: days = 0
        case .counting(let counted, _): days = counted
        case .parked: days = 1
        case .dead: return
        }
        try connection.run(
            "UPDATE profile SET soft_bounces = ?1 WHERE id = ?2 AND soft_bounces <> ?1",
            [.integer(days), .integer(profile)])
    }

    /// A person complained about a delivery: no more marketing, and it counts against the mailing.
    /// Counts once a delivery.
    @discardableResult
    package func complained(
        _ id: Int64, data: [(String, String)] = [], at now: Instant
    ) throws -> BounceEffect.Alert? {
        guard let delivery = try delivery(id), !delivery.isProof else { return nil }
        let isKnown =
            try connection.first(
                "SELECT 1 FROM event WHERE profile = ? AND kind = 'complaint' AND delivery = ?",
                [.integer(delivery.profile), .integer(id)]
            ) { _ in true } ?? false
        guard !isKnown else { return nil }
        try restrict(delivery.profile, to: .complained, by: .complaint, at: now)
        try suppressWaiting(
            of: delivery.profile, because: "a complaint", onlyMarketing: true, at: now)
        try record(
            EventRecord(
                profile: delivery.profile, kind: .complaint, at: now, mailing: delivery.mailing,
                delivery: id,
                data: data.isEmpty
                    ? .null : .object(JSON.Object(data.map { ($0.0, JSON.string($0.1)) }))))
        try count(in: "complaints", mailing: delivery.mailing)
        return try watch(delivery, at: now)
    }

    /// What still waits for a person goes nowhere.
    func suppressWaiting(
        of profile: Int64, because cause: String, onlyMarketing: Bool = false, at now: Instant
    ) throws(StoreError) {
        let waiting = try connection.query(
            """
            SELECT d.id FROM delivery d JOIN version v ON v.id = d.version
            WHERE d.profile = ? AND d.state IN (0, 3, 6)
            \(onlyMarketing ? "AND v.kind = 'marketing'" : "")
            """, [.integer(profile)]
        ) { $0.integer(0) }
        for id in waiting {
            try transition(id, to: .suppressed, reason: cause, at: now)
            try returnCoupons(of: id)
        }
    }

    /// `column` is `complaints` or `hard`.
    private func count(in column: String, mailing: Int64) throws(StoreError) {
        try connection.run(
            """
            INSERT INTO mailing_health (mailing, \(column)) VALUES (?, 1)
            ON CONFLICT (mailing) DO UPDATE SET \(column) = \(column) + 1
            """, [.integer(mailing)])
    }

    /// Warns about a mailing, or pauses it and holds the next one of its From domain.
    private func watch(
        _ delivery: DeliveryRecord, at now: Instant
    ) throws(StoreError) -> BounceEffect.Alert? {
        try flushCounts()
        let health = try health(mailing: delivery.mailing, sinceResume: true)
        let rates = [
            ("complaints", health.complaints, policy.complaints),
            ("hard bounces", health.hardBounces, policy.hardBounces),
        ]
        var warning: BounceEffect.Alert?
        for (name, events, limits) in rates {
            let text = "\(events) \(name) of \(health.delivered) delivered"
            switch policy.judge(events, of: health.delivered, limits) {
            case .fine: break
            case .warn: warning = warning ?? .init(isPause: false, text: text)
            case .pause:
                return try stop(delivery, "\(text), above \(Self.percent(limits.pause))", at: now)
            }
        }
        // Said once, not with every further event.
        guard let warning, let mailing = try mailing(delivery.mailing) else { return nil }
        let isNew = try connection.run(
            "UPDATE mailing_health SET warned = 1 WHERE mailing = ? AND warned = 0",
            [.integer(mailing.id)])
        return isNew == 1
            ? .init(isPause: false, text: "\(mailing.name): \(warning.text)") : nil
    }

    private func stop(
        _ delivery: DeliveryRecord, _ reason: String, at now: Instant
    ) throws(StoreError) -> BounceEffect.Alert? {
        guard let mailing = try mailing(delivery.mailing) else { return nil }
        let wasRunning = mailing.state == .running
        if wasRunning { try setState(mailing.id, .paused, reason: reason) }
        let held = try connection.run(
            """
            INSERT OR IGNORE INTO sender_hold (domain, reason, since)
            SELECT from_domain, ?, ? FROM version
            WHERE id = ? AND from_domain IS NOT NULL AND kind = 'marketing'
            """,
            [
                .text("\(mailing.name): \(reason)"), .integer(now.milliseconds),
                .integer(delivery.version),
            ])
        guard wasRunning || held > 0 else { return nil }
        let what = wasRunning ? "is paused" : "would be paused, its From domain is held"
        return .init(isPause: true, text: "\(mailing.name) \(what): \(reason)")
    }

    /// Rates of a mailing count afresh: an operator has looked at it.
    func forgiveHealth(of mailing: Int64) throws(StoreError) {
        try flushCounts()
        let delivered = try health(mailing: mailing).delivered
        try connection.run(
            """
            UPDATE mailing_health SET base_complaints = complaints, base_hard = hard,
                base_delivered = ?, warned = 0 WHERE mailing = ?
            """, [.integer(delivered), .integer(mailing)])
    }

    /// Lets mailings of a From domain start again. Refused when it is not held.
    package func releaseSender(_ domain: String) throws(StoreError) {
        let removed = try connection.run(
            "DELETE FROM sender_hold WHERE domain = ?", [.text(domain)])
        guard removed == 1 else { throw .refused("mail from \(domain) is not held") }
    }

    private static func percent(_ part: Double) -> String {
        let hundredths = Int((part * 10_000).rounded())
        let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
        return "\(whole).\(rest.padded(2)) %"
    }
}

extension BouncePolicy.Standing {
    fileprivate var isDead: Bool { if case .dead = self { true } else { false } }
}
