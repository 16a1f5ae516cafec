package import Core
package import JSON

/// A judged fact about a profile.
package struct EventRecord: Hashable, Sendable {
    /// Given by the store, ascending; 0 before it is recorded.
    package var id: Int64
    package var profile: Int64
    package var kind: EventKind
    package var at: Instant
    package var mailing: Int64?
    package var delivery: Int64?
    /// The link's name, else its number.
    package var link: String?
    /// `human`, `machine` or `proxy`; nil where the question does not arise.
    package var verdict: String?
    /// What else belongs to it, an object.
    package var data: JSON

    package init(
        id: Int64 = 0, profile: Int64, kind: EventKind, at: Instant, mailing: Int64? = nil,
        delivery: Int64? = nil, link: String? = nil, verdict: String? = nil, data: JSON = .null
    ) {
        self.id = id
        self.profile = profile
        self.kind = kind
        self.at = at
        self.mailing = mailing
        self.delivery = delivery
        self.link = link
        self.verdict = verdict
        self.data = data
    }
}

/// What an event sets off (actions, triggers), in the transaction that records it.
package protocol EventEffects: Sendable {
    /// Throws only for what must undo the event too; an action that cannot be carried out is
    /// recorded as an error of the event instead.
    func apply(_ event: EventRecord, in access: WriteAccess) throws
}
