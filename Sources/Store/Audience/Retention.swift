package import Core

/// How long what happened is kept.
package struct Retention: Hashable, Sendable {
    /// By kind of event; a kind that is not here is kept for good.
    package var events: [String: TimeSpan]
    /// What messages were made from: retries, view in browser and the reasons of a choice need it.
    package var mergeRows: TimeSpan
    /// Reports that came in, by which the same one is known again.
    package var reports: TimeSpan
    /// Changes of fields that keep a history; nil: for good.
    package var history: TimeSpan?
    /// People who filled in a form and never confirmed; nil: for good.
    package var unconfirmed: TimeSpan?

    package init(
        events: [String: TimeSpan] = [:], mergeRows: TimeSpan = .days(90),
        reports: TimeSpan = .days(90), history: TimeSpan? = nil,
        unconfirmed: TimeSpan? = nil
    ) {
        self.events = events
        self.mergeRows = mergeRows
        self.reports = reports
        self.history = history
        self.unconfirmed = unconfirmed
    }
}
