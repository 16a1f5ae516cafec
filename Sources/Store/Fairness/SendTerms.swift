package import Core
package import Rules

/// What decides, besides consent, whether and when a message of a mailing may leave.
package struct SendTerms: Sendable {
    /// A running mailing of higher priority, whose messages go first where a cap lets not all go.
    package struct Rival: Hashable, Sendable {
        package var mailing: Int64
        package var name: String

        package init(mailing: Int64, name: String) {
            self.mailing = mailing
            self.name = name
        }
    }

    package var caps = CapRule()
    package var rivals: [Rival] = []
    /// Nil: at any hour.
    package var window: SendWindow?
    /// Whose hours those are: of the zone that the person's field names, else of `zone`, else of the
    /// configured one.
    package var zones = RecipientZones()
    package var zone: Zone?
    /// Whether profiles have the field that names a zone.
    package var readsZone = false
    /// A person gets the mailing once in this time; nil: on every occasion.
    package var once: TimeSpan?
    /// What a cap would put off for longer than this is given up.
    package var lifetime: TimeSpan
    /// What has not left by then is given up.
    package var ends: Instant?

    package init(lifetime: TimeSpan) {
        self.lifetime = lifetime
    }

    /// Whether there is nothing to decide.
    package var isEmpty: Bool { caps.isEmpty && window == nil && once == nil && ends == nil }
}
