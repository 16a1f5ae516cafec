package import Core
internal import JSON

/// A person takes the unsubscription back that she made through the same message.
package struct WithdrawalUndo: Sendable {
    /// After that only the preferences or a form subscribe again.
    package static let limit = TimeSpan.hours(24)

    package var delivery: Int64
    package var network: String?

    package init(delivery: Int64, network: String? = nil) {
        self.delivery = delivery
        self.network = network
    }

    /// False when there is nothing to undo, or no more.
    package func apply(in access: WriteAccess, at now: Instant) throws -> Bool {
        guard let row = try access.delivery(delivery) else { return false }
        guard !row.isProof else { return true }
        let last = try access.connection.first(
            """
            SELECT kind, at, data FROM event WHERE profile = ? AND delivery = ?
            AND kind IN ('unsubscribe', '\(Self.kind.name)') ORDER BY id DESC LIMIT 1
            """, [.integer(row.profile), .integer(row.id)]
        ) { ($0.text(0), Instant(milliseconds: $0.integer(1)), $0.optionalText(2)) }
        guard let (kind, at, text) = last, kind == EventKind.unsubscribe.name,
            now - at <= Self.limit, let data = text.flatMap({ try? JSON(parsing: $0) })
        else { return false }
        let source = ConsentSource(way: "page (undo)", network: network)
        if let topic = data["topic"]?.string {
            try access.set(topic: topic, subscribed: true, of: row.profile, by: source, at: now)
        } else if data["was"]?.string == ProfileStatus.active.rawValue {
            try access.activate(row.profile, from: [.unsubscribed], by: source, at: now)
        } else {
            return false
        }
        try access.record(
            EventRecord(
                profile: row.profile, kind: Self.kind, at: now, mailing: row.mailing,
                delivery: row.id))
        return true
    }

    /// Not `subscribe`: nobody is welcomed anew for a slip of the finger.
    private static let kind = EventKind("unsubscribe-undone")
}
