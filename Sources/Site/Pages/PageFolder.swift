internal import Core
internal import Threads

/// The pages as the folder has them now: a file that came or changed is used within two seconds.
final class PageFolder: Sendable {
    private struct State {
        var pages: Pages
        var lookedAt: MonotonicTime
    }

    private static let interval: Int64 = 2_000

    private let path: String?
    private let state: Monitor<State>
    private let log: Log

    init(_ path: String?, log: Log) {
        self.path = path
        self.log = log
        let pages = Pages(folder: path)
        state = Monitor(State(pages: pages, lookedAt: .now()))
        tell(pages)
    }

    var current: Pages {
        let now = MonotonicTime.now()
        let (pages, isDue) = state.withLock { state in
            let isDue = now.milliseconds(since: state.lookedAt) >= Self.interval
            if isDue { state.lookedAt = now }
            return (state.pages, isDue)
        }
        guard isDue, pages.isStale else { return pages }
        return reload()
    }

    /// Reads the folder again.
    @discardableResult
    func reload() -> Pages {
        let pages = Pages(folder: path)
        state.withLock { $0.pages = pages }
        tell(pages)
        return pages
    }

    private func tell(_ pages: Pages) {
        for finding in pages.findings {
            log(.warning, finding)
        }
    }
}
