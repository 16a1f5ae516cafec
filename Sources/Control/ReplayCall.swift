import Core

/// Rules that should be tried on what has happened.
package struct ReplayCall: Sendable {
    /// The text of a whole loop.conf.
    package var rules: String
    package var since: Instant
    /// Only sends of this mailing are told; nil: of all.
    package var mailing: String?
    /// People named at most.
    package var examples: Int
}
