internal import Core

/// What says whether a person may be mailed on a topic.
struct Consent {
    /// Nil when the profile is gone.
    var status: ProfileStatus?
    var topic: String?
    var isSubscribed: Bool
    var isSuppressed: Bool
    /// A complaint made outside mail that holds marketing.
    var hasOpenComplaint: Bool

    /// Of the tables profile p and version v: status, the person's own choice of v.topic, the
    /// topic's default, and whether the address is suppressed (1) and a complaint is open (2).
    static let columns = """
        p.status,
        (SELECT s.subscribed FROM subscription s WHERE s.profile = p.id AND s.topic = v.topic),
        (SELECT t.by_default FROM topic t WHERE t.name = v.topic),
        EXISTS (SELECT 1 FROM suppression u WHERE u.email = p.email)
        + 2 * EXISTS (SELECT 1 FROM contact_case k WHERE k.profile = p.id
            AND k.closed IS NULL AND k.holds <> 0)
        """

    /// Reads the columns, the first of which is number `first`.
    init(_ row: Row, topic: String?, from first: Int32) {
        self.topic = topic
        status = row.isNull(first) ? nil : ProfileStatus(rawValue: row.text(first)) ?? .unconfirmed
        isSubscribed =
            (row.optionalInteger(first + 1) ?? row.optionalInteger(first + 2) ?? 0) != 0
        let marks = row.integer(first + 3)
        isSuppressed = marks & 1 != 0
        hasOpenComplaint = marks & 2 != 0
    }

    /// Why the person may not get a mailing of this kind, in words; nil when she may. The order is
    /// the one the manual gives: status, open complaint, topic, suppression.
    func objection(to kind: MailingKind) -> String? {
        guard let status else { return "the profile is gone" }
        guard status.allows(kind) else { return "status \(status.rawValue)" }
        if kind == .marketing, hasOpenComplaint { return "an open complaint" }
        if kind == .marketing, let topic, !isSubscribed { return "not subscribed to \(topic)" }
        return isSuppressed ? "suppressed address" : nil
    }
}
