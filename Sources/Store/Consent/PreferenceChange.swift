package import Core
internal import JSON

/// What a person chose on the page of her preferences.
package struct PreferenceChange: Sendable {
    package var delivery: Int64
    /// Of every topic the page showed, whether she wants it.
    package var topics: [String: Bool]
    package var preference: Preference
    /// By the names of fields; only those that she may correct.
    package var fields: [String: FieldValue] = [:]
    package var network: String?
    /// The page that was shown.
    package var wording: [UInt8]?

    package init(delivery: Int64, topics: [String: Bool], preference: Preference) {
        self.delivery = delivery
        self.topics = topics
        self.preference = preference
    }

    /// False when the ledger no longer knows the delivery.
    package func apply(in access: WriteAccess, at now: Instant) throws -> Bool {
        guard let row = try access.delivery(delivery) else { return false }
        // A colleague who tries a proof's link changes nothing.
        guard !row.isProof else { return true }
        guard let profile = try access.profile(row.profile, fields: []) else { return false }
        try access.set(preference, of: row.profile)
        let columns = try access.fieldColumns()
        let values = fields.compactMap { name, value in columns[name].map { ($0, value) } }
        if !values.isEmpty { try access.set(values, of: row.profile, at: now) }
        try choose(row, profile.status, in: access, at: now)
        return true
    }

    private func choose(
        _ row: DeliveryRecord, _ status: ProfileStatus, in access: WriteAccess, at now: Instant
    ) throws {
        let source = ConsentSource(
            way: "page", network: network,
            wording: try wording.map { try access.keep(wording: $0, at: now) })
        let isBack = status == .unsubscribed && topics.contains { $0.value }
        if isBack {
            try access.activate(row.profile, from: [.unsubscribed], by: source, at: now)
        } else if status == .unsubscribed {
            return
        }
        for (topic, isWanted) in topics.sorted(by: { $0.key < $1.key }) {
            let was = try access.isSubscribed(row.profile, topic: topic)
            guard was != isWanted else { continue }
            try access.set(
                topic: topic, subscribed: isWanted, of: row.profile, by: source, at: now)
            try access.record(
                EventRecord(
                    profile: row.profile, kind: isWanted ? .subscribe : .unsubscribe, at: now,
                    mailing: row.mailing, delivery: row.id,
                    data: ["way": "page", "topic": .string(topic)]))
        }
    }
}
