package import Core
internal import JSON

/// How a mailing's recipients took it.
package struct MailingHealth: Hashable, Sendable {
    package var complaints = 0
    package var hardBounces = 0
    /// Accepted by a relay, whatever came back.
    package var delivered = 0
}

/// A From domain whose next mailing waits for a person.
package struct SenderHold: Hashable, Sendable {
    package var domain: String
    package var reason: String
    package var since: Instant

    /// In words, for whoever waits.
    package var obstacle: String { "mail from \(domain) is held, because of \(reason)" }
}

extension ReadAccess {
    /// What the policy needs to know of a person.
    package func bounceHistory(
        profile: Int64, deliveredAfter: TimeSpan, at now: Instant
    ) throws(StoreError) -> BounceHistory {
        let bounces = try connection.query(
            """
            SELECT at, mailing, delivery, data FROM event
            WHERE profile = ? AND kind = 'bounce' ORDER BY at DESC, id DESC LIMIT ?
            """, [.integer(profile), .integer(BounceHistory.limit)],
            { BounceHistory.Bounce(row: $0) })
        return BounceHistory(
            bounces: bounces,
            lastSign: try lastSign(of: profile, deliveredAfter: deliveredAfter, at: now))
    }

    /// Opens, clicks and the like, also through a privacy proxy, which only fetches what arrived;
    /// and deliveries of which nothing has come back for long enough.
    private func lastSign(
        of profile: Int64, deliveredAfter: TimeSpan, at now: Instant
    ) throws(StoreError) -> BounceHistory.Sign? {
        var signs: [BounceHistory.Sign] = []
        for kind in ["open", "click", "reply", "delivered", "answer", "visit", "lead", "sale"] {
            let last =
                try connection.first(
                    """
                    SELECT max(at) FROM event WHERE profile = ? AND kind = ?
                    AND (verdict IS NULL OR verdict <> 'machine') AND at <= ?
                    """, [.integer(profile), .text(kind), .integer(now.milliseconds)]
                ) { $0.optionalInteger(0) } ?? nil
            if let last {
                signs.append(.init(at: Instant(milliseconds: last), kind: kind))
            }
        }
        let delivered =
            try connection.first(
                "SELECT max(updated) FROM delivery WHERE profile = ? AND state = 2 AND updated <= ?",
                [.integer(profile), .integer((now - deliveredAfter).milliseconds)]
            ) { $0.optionalInteger(0) } ?? nil
        if let delivered {
            signs.append(.init(at: Instant(milliseconds: delivered), kind: "delivered"))
        }
        return signs.max { $0.at < $1.at }
    }

    /// Why an address is suppressed, and since when; nil when it is not.
    package func suppression(
        email: String
    ) throws(StoreError) -> (reason: String, at: Instant)? {
        try connection.first(
            "SELECT reason, at FROM suppression WHERE email = ?", [.text(email)]
        ) { ($0.text(0), Instant(milliseconds: $0.integer(1))) }
    }

    /// Counts since its start, or since it was last resumed when `sinceResume`.
    package func health(
        mailing: Int64, sinceResume: Bool = false
    ) throws(StoreError) -> MailingHealth {
        let counts = try deliveryCounts(mailing: mailing)
        var health = MailingHealth()
        health.delivered = counts[.sent, default: 0] + counts[.bounced, default: 0]
        let base = try connection.first(
            """
            SELECT complaints, hard, base_complaints, base_hard, base_delivered
            FROM mailing_health WHERE mailing = ?
            """, [.integer(mailing)]
        ) { row in (0..<5).map { Int(row.integer(Int32($0))) } }
        guard let base else { return health }
        health.complaints = base[0] - (sinceResume ? base[2] : 0)
        health.hardBounces = base[1] - (sinceResume ? base[3] : 0)
        health.delivered -= sinceResume ? base[4] : 0
        return health
    }

    package func senderHolds() throws(StoreError) -> [SenderHold] {
        try connection.query(
            "SELECT domain, reason, since FROM sender_hold ORDER BY domain"
        ) {
            SenderHold(
                domain: $0.text(0), reason: $0.text(1),
                since: Instant(milliseconds: $0.integer(2)))
        }
    }

    /// Why a marketing mailing may not start, since its From domain is held; nil when it may.
    package func senderHold(version: Int64) throws(StoreError) -> SenderHold? {
        try connection.first(
            """
            SELECT h.domain, h.reason, h.since FROM version v
            JOIN sender_hold h ON h.domain = v.from_domain
            WHERE v.id = ? AND v.kind = 'marketing'
            """, [.integer(version)]
        ) {
            SenderHold(
                domain: $0.text(0), reason: $0.text(1),
                since: Instant(milliseconds: $0.integer(2)))
        }
    }

    /// The last delivery that went to an address within a time, where somebody may speak of it
    /// without a token.
    package func lastDelivery(
        to email: EmailAddress, since: Instant
    ) throws(StoreError) -> DeliveryRecord? {
        guard let profile = try profileID(email: email) else { return nil }
        return try deliveries(profile: profile).last {
            ($0.state == .sent || $0.state == .bounced || $0.state == .inDoubt)
                && $0.updated >= since
        }
    }
}

extension BounceHistory.Bounce {
    fileprivate init(row: Row) {
        let data = row.optionalText(3).flatMap { try? JSON(parsing: $0) } ?? .null
        // Events of the first version say only whether it was hard.
        let weight =
            data["weight"]?.string.flatMap(BounceHistory.Weight.init)
            ?? (data["hard"]?.bool == true ? .hard : .soft)
        self.init(
            at: Instant(milliseconds: row.integer(0)), weight: weight,
            reason: data["reason"]?.string ?? "", mailing: row.optionalInteger(1),
            delivery: row.optionalInteger(2))
    }
}
