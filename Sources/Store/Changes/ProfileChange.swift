package import Core

/// What of a profile can change, as effects ask for it.
package enum ProfileAspect: Hashable, Sendable {
    case field(String)
    case tag(String)
    case topic(String)
    case status
    /// An event of this kind, about a mailing or none.
    case event(EventKind, mailing: Int64?)
    /// The profile came into being.
    case creation
}

/// What was changed of one profile since effects were last asked.
package struct ProfileChange: Sendable {
    /// Nothing is known of the time before it: what holds at once has not come about.
    package var isNew = false
    /// What changed, whatever it was before.
    package var aspects: Set<ProfileAspect> = []
    /// What was stored in the fields that changed; of a score the sum.
    package var before: [String: FieldValue] = [:]
    /// Whether she got the topics that changed.
    package var topicsBefore: [String: Bool] = [:]
    /// When the last of it happened; nil when nobody said so.
    package var at: Instant?

    package init() {}
}
