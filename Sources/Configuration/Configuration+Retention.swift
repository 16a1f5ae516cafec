package import Core
internal import Sections

extension Configuration {
    /// How long what happened is kept.
    package struct Retention: Hashable, Sendable {
        /// By kind of event; a kind that is not here is kept for good.
        package var events: [String: TimeSpan] = [:]
        package var mergeRows = TimeSpan.days(90)
        package var reports = TimeSpan.days(90)
        /// Nil: for good.
        package var history: TimeSpan?
        /// People who filled in a form and never confirmed.
        package var unconfirmed = TimeSpan.days(30)
    }
}

extension ConfigurationReader {
    mutating func read(
        retention section: Section, into retention: inout Configuration.Retention
    ) {
        set(&retention.mergeRows, section["merge-rows"], atLeastADay)
        set(&retention.reports, section["reports"], atLeastADay)
        set(&retention.history, section["history"], { atLeastADay($0).map { $0 } })
        set(&retention.unconfirmed, section["unconfirmed"], longerThanOptIn)
        for entry in section.entries where entry.key.hasPrefix("event ") {
            let kind = String(entry.key.dropFirst(6)).trimmed
            var span: TimeSpan?
            set(&span, entry, { atLeastADay($0).map { $0 } })
            retention.events[kind] = span
        }
    }
}

/// The link that confirms holds seven days.
private func longerThanOptIn(_ text: String) -> Reading<TimeSpan> {
    switch span(text) {
    case .success(let span) where span < .days(7):
        wrong("who was asked has 7 days to confirm: expected 7d at least")
    case let reading: reading
    }
}

private func atLeastADay(_ text: String) -> Reading<TimeSpan> {
    switch span(text) {
    case .success(let span) where span < .days(1):
        wrong("what happened is kept for a day at least")
    case let reading: reading
    }
}
