import Threads

/// A few threads that take work from one bounded queue.
final class WorkerPool: Sendable {
    private struct State {
        var work: [@Sendable () -> Void] = []
        var isStopping = false
    }

    private let state = Monitor(State())
    private let threads: Monitor<[WorkThread]> = Monitor([])
    private let capacity: Int

    init(_ name: String, threads count: Int, capacity: Int) {
        self.capacity = capacity
        let state = state
        let started = (0..<count).map { number in
            WorkThread("\(name)-\(number)") {
                while let work = Self.next(state) { work() }
            }
        }
        threads.withLock { $0 = started }
    }

    private static func next(_ state: Monitor<State>) -> (@Sendable () -> Void)? {
        state.wait { state -> (@Sendable () -> Void)?? in
            if !state.work.isEmpty { return .some(state.work.removeFirst()) }
            return state.isStopping ? .some(nil) : nil
        } ?? nil
    }

    /// False when the queue is full or the pool stops.
    func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        state.update { state in
            guard !state.isStopping, state.work.count < capacity else { return false }
            state.work.append(work)
            return true
        }
    }

    /// Finishes what was submitted and waits for it.
    func stop() {
        state.update { $0.isStopping = true }
        for thread in threads.withLock({ $0 }) { thread.join() }
    }
}
