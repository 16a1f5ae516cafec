package import Core

/// What judging a request must know of the delivery it is about.
package struct HitContext: Hashable, Sendable {
    package var mailing: Int64
    package var version: Int64
    /// When the relay took it; nil while nobody knows.
    package var sent: Instant?
    /// The recipient's domain; empty for a proof.
    package var domain: String

    package init(mailing: Int64, version: Int64, sent: Instant?, domain: String) {
        self.mailing = mailing
        self.version = version
        self.sent = sent
        self.domain = domain
    }
}

/// What became of a delivery changes, what it is does not.
package struct DeliveryOrigin: Hashable, Sendable {
    package var delivery: Int64
    package var mailing: Int64
    package var profile: Int64
    package var version: Int64
    /// Whether that person asked not to be tracked; this alone may change.
    package var isUntracked: Bool
}

extension ReadAccess {
    /// What a hit must know of its delivery; nil when that is gone.
    package func origin(of delivery: Int64) throws(StoreError) -> DeliveryOrigin? {
        let origin = try connection.first(
            """
            SELECT d.mailing, d.profile, d.version, r.untracked FROM delivery d
            LEFT JOIN preference r ON r.profile = d.profile WHERE d.id = ?
            """, [.integer(delivery)]
        ) { row in
            DeliveryOrigin(
                delivery: delivery, mailing: row.integer(0), profile: row.integer(1),
                version: row.integer(2), isUntracked: row.integer(3) != 0)
        }
        lastOrigin = origin
        return origin
    }

    /// The version that a delivery was made from; nil when that is gone. Costs nothing right after
    /// `origin(of:)`.
    package func version(ofDelivery id: Int64) throws(StoreError) -> Int64? {
        if let lastOrigin, lastOrigin.delivery == id { return lastOrigin.version }
        return try origin(of: id)?.version
    }

    package func hitContext(of delivery: Int64) throws(StoreError) -> HitContext? {
        try connection.first(
            """
            SELECT delivery.mailing, delivery.version, delivery.updated, delivery.state,
            substr(profile.email, instr(profile.email, '@') + 1)
            FROM delivery LEFT JOIN profile ON profile.id = delivery.profile
            WHERE delivery.id = ?
            """, [.integer(delivery)]
        ) { row in
            let isSent = row.integer(3) == Int64(DeliveryState.sent.rawValue)
            return HitContext(
                mailing: row.integer(0), version: row.integer(1),
                sent: isSent ? Instant(milliseconds: row.integer(2)) : nil,
                domain: row.optionalText(4) ?? "")
        }
    }
}
