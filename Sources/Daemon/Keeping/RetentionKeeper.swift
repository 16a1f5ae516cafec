internal import Configuration
internal import Core
internal import Store
internal import Threads

/// Deletes what has been kept long enough, once an hour and in small steps, on a thread of its own.
final class RetentionKeeper: Sendable {
    /// The first pass comes when the daemon has settled.
    private static let firstWait: Int64 = 60_000
    private static let wait: Int64 = 3_600_000
    /// Between two steps, so that imports and planning go on.
    private static let breath: Int64 = 20

    private let store: Store
    private let retention: @Sendable () -> Retention
    private let log: Log
    private let isStopping = Monitor(false)
    private let thread = Monitor<WorkThread?>(nil)

    init(store: Store, retention: @escaping @Sendable () -> Retention, log: Log) {
        self.store = store
        self.retention = retention
        self.log = log
    }

    func start() {
        thread.withLock { $0 = WorkThread("retention") { [self] in run() } }
    }

    func stop() {
        isStopping.update { $0 = true }
        thread.withLock { $0 }?.join()
    }

    private func run() {
        WorkThread.giveWay()
        var wait = Self.firstWait
        while !hasStopped(within: wait) {
            wait = Self.wait
            do {
                let deleted = try pass()
                if deleted > 0 { log(.info, "\(deleted) rows had been kept long enough") }
            } catch {
                log(.error, "what has been kept long enough cannot be deleted: \(error)")
            }
        }
    }

    private func pass() throws -> Int {
        var sweep = RetentionSweep(retention(), at: WallClock.now())
        while true {
            let before = sweep
            let (next, goesOn) = try store.write(.bulk) { access in
                var sweep = before
                let goesOn = try sweep.step(in: access)
                return (sweep, goesOn)
            }
            sweep = next
            guard goesOn, !hasStopped(within: Self.breath) else { return sweep.deleted }
        }
    }

    private func hasStopped(within milliseconds: Int64) -> Bool {
        isStopping.wait(until: .after(milliseconds: milliseconds)) { $0 ? true : nil } ?? false
    }
}

extension Retention {
    init(_ c: Configuration.Retention) {
        self.init(
            events: c.events, mergeRows: c.mergeRows, reports: c.reports, history: c.history,
            unconfirmed: c.unconfirmed)
    }
}
