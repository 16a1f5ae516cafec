package import Core
internal import JSON

/// A person takes consent back, by the page's button, by her mail program (RFC 8058)
/// or by mail.
///
/// The mailing's topic is taken away; a mailing without one, and "from everything", set the
/// status. Whatever actions wait for `unsubscribe` run in the same transaction. Deliveries
/// already queued are stopped when their turn comes, since every send reads status and topic
/// again.
package struct Withdrawal: Sendable {
    package enum Way: String, Sendable {
        case oneClick = "one-click"
        case page
        /// Mail to the address in List-Unsubscribe (RFC 2369 §3.2).
        case mail
    }

    package var delivery: Int64
    package var isFromEverything: Bool
    package var way: Way
    /// For the consent ledger: see `ConsentSource`.
    package var network: String?
    /// The page that was shown.
    package var wording: [UInt8]?

    package init(
        delivery: Int64, isFromEverything: Bool, way: Way, network: String? = nil,
        wording: [UInt8]? = nil
    ) {
        self.delivery = delivery
        self.isFromEverything = isFromEverything
        self.way = way
        self.network = network
        self.wording = wording
    }

    private func source(in access: WriteAccess, at now: Instant) throws -> ConsentSource {
        ConsentSource(
            way: way == .mail ? "mailto" : way.rawValue, network: network,
            wording: try wording.map { try access.keep(wording: $0, at: now) })
    }

    /// What it led to.
    package enum Result: Equatable, Sendable {
        case changed(topic: String?)
        /// It had been withdrawn before: nothing is recorded twice.
        case unchanged
        /// The ledger no longer knows the delivery.
        case unknown
    }

    package func apply(in access: WriteAccess, at now: Instant) throws -> Result {
        guard let row = try access.delivery(delivery) else { return .unknown }
        let topic = isFromEverything ? nil : try access.version(row.version)?.topic
        // A colleague who tries a proof's link sees the page and takes nobody's consent away.
        guard !row.isProof else { return .changed(topic: topic) }
        let source = try source(in: access, at: now)
        let status = try access.profile(row.profile, fields: [])?.status
        if let topic {
            guard try access.isSubscribed(row.profile, topic: topic) else { return .unchanged }
            try access.set(
                topic: topic, subscribed: false, of: row.profile, by: source, at: now)
        } else {
            guard try access.restrict(row.profile, to: .unsubscribed, by: source, at: now)
            else { return .unchanged }
        }
        var data = JSON.Object([("way", .string(way.rawValue))])
        if let topic {
            data["topic"] = .string(topic)
        } else if let status {
            // For whoever wants it undone.
            data["was"] = .string(status.rawValue)
        }
        try access.record(
            EventRecord(
                profile: row.profile, kind: .unsubscribe, at: now, mailing: row.mailing,
                delivery: row.id, data: .object(data)))
        return .changed(topic: topic)
    }
}
