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

/// What events and changes set off (actions, triggers), in the transaction that records them.
///
/// Each throws only for what must undo its cause too; an action that cannot be carried out is
/// recorded as an error of the event instead.
package protocol EventEffects: Sendable {
    func apply(_ event: EventRecord, in access: WriteAccess) throws
    /// Whether a change of this can set anything off.
    func heeds(_ aspect: ProfileAspect) -> Bool
    /// A profile was changed, by no event that was applied.
    func settle(_ change: ProfileChange, of profile: Int64, in access: WriteAccess) throws
    /// Does at most `limit` of what is due up to `now`; returns how much it was.
    func advance(to now: Instant, limit: Int, in access: WriteAccess) throws -> Int
    /// Looks at some profiles that nobody has looked at; false when none is left.
    func seed(at now: Instant, limit: Int, in access: WriteAccess) throws -> Bool
    /// Takes back what an event has set off, as far as that can be done.
    func takeBack(_ event: EventRecord, at now: Instant, in access: WriteAccess) throws
}
