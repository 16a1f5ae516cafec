internal import Core

/// Holds an error back until it has lasted: an editor that saves in two steps, or a layout that
/// arrives after its mailing, should frighten nobody.
struct ErrorHold {
    private struct Held {
        var report: String
        var since: Instant
        var isPublished = false
    }

    /// How long an error must last.
    let interval: TimeSpan
    private var held: [String: Held] = [:]

    init(interval: TimeSpan) { self.interval = interval }

    /// Notes what is wrong with a file now; nil: nothing.
    mutating func note(_ report: String?, about name: String, now: Instant) {
        guard let report else {
            held[name] = nil
            return
        }
        guard held[name]?.report != report else { return }
        // A changed error has lasted nevertheless: somebody is working on it.
        held[name] = Held(report: report, since: held[name]?.since ?? now)
    }

    /// Reports that are due, by name; each is handed out once.
    mutating func due(now: Instant) -> [(name: String, report: String)] {
        var due: [(String, String)] = []
        for (name, error) in held.sorted(by: { $0.key < $1.key })
        where !error.isPublished && now >= error.since + interval {
            held[name]?.isPublished = true
            due.append((name, error.report))
        }
        return due
    }

    /// When the next report will be due; nil when none is held back.
    var nextDue: Instant? {
        held.values.filter { !$0.isPublished }.map { $0.since + interval }.min()
    }
}
