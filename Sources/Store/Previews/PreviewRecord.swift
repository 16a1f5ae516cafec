package import Core

/// What is kept of a mailing's preview: enough to write its page again after a restart, and to take
/// a person off it.
package struct PreviewRecord: Hashable, Sendable {
    /// The mailing's name.
    package var mailing: String
    /// The hash of the version it shows.
    package var version: String
    package var made: Instant
    /// What the dry run found, as the desk wrote it; no value of a profile is in it.
    package var report: String
    /// The real people it shows.
    package var people: Set<Int64>

    package init(
        mailing: String, version: String, made: Instant, report: String, people: Set<Int64>
    ) {
        self.mailing = mailing
        self.version = version
        self.made = made
        self.report = report
        self.people = people
    }
}
