internal import Seal
internal import Store
internal import Threads

/// The thread that makes pages and reads what takes longer than a click may: the server's own
/// thread never waits for it.
final class Workbench: Sendable {
    typealias Job = @Sendable (Lookup) -> Void

    private struct State {
        var jobs: [Job] = []
        var isStopping = false
    }

    private static let capacity = 1_000

    private let state = Monitor(State())
    private let thread = Monitor<WorkThread?>(nil)

    init(store: Store, ring: KeyRing, name: String = "site-pages") throws {
        let lookup = Monitor(try Lookup(store: store, ring: ring))
        thread.withLock { $0 = WorkThread(name) { [state] in Self.run(state, lookup) } }
    }

    /// False when too much is waiting already.
    func submit(_ job: @escaping Job) -> Bool {
        state.update { state in
            guard !state.isStopping, state.jobs.count < Self.capacity else { return false }
            state.jobs.append(job)
            return true
        }
    }

    /// Finishes what waits and ends the thread.
    func stop() {
        state.update { $0.isStopping = true }
        thread.withLock { $0 }?.join()
    }

    private static func run(_ state: Monitor<State>, _ lookup: Monitor<Lookup>) {
        while let jobs = next(state) {
            lookup.withLock { lookup in
                for job in jobs { job(lookup) }
            }
        }
    }

    private static func next(_ state: Monitor<State>) -> [Job]? {
        let jobs = state.wait { state -> [Job]? in
            guard state.jobs.isEmpty else {
                defer { state.jobs = [] }
                return state.jobs
            }
            return state.isStopping ? [] : nil
        }
        return jobs.flatMap { $0.isEmpty ? nil : $0 }
    }
}
