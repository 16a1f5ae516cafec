package import Pacing

/// Another system that may report here, and what it may do.
package struct SiteCaller: Sendable {
    package var name: String
    /// What it sends as `Authorization: Bearer KEY`.
    package var key: String
    package var mayReportEvents = true
    package var mayChangeProfiles = false
    /// Whether it may subscribe people to topics that they never left.
    package var maySubscribe = false
    /// Nil: every kind that may come from outside.
    package var kinds: Set<String>?
    /// Pieces, not requests; nil: as fast as it can.
    package var rate: Rate?

    package init(name: String, key: String) {
        self.name = name
        self.key = key
    }
}
