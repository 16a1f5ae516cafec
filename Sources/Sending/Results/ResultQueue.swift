internal import Threads

/// Outcomes on their way into the store. Bounded by the number of places.
///
/// They wait a moment for others, since a transaction costs as much as some fifty of them. What a
/// relay said stands in the flight log already: only a power cut would ask about them again.
final class ResultQueue: Sendable {
    /// Outcomes of one transaction at most.
    static let batch = 500
    /// So many go at once.
    static let plenty = 128
    /// The first one waits no longer for others.
    static let patience: Int64 = 10

    private struct State {
        var ended: [EndedAttempt] = []
        var isClosed = false

        var isReady: Bool { ended.count >= ResultQueue.plenty || isClosed }
    }

    private let state = Monitor(State())

    func put(_ ended: EndedAttempt) { put([ended]) }

    /// Better than one by one: each call takes a lock.
    func put(_ ended: [EndedAttempt]) {
        guard !ended.isEmpty else { return }
        state.change(wakingIf: { state in
            let (wasEmpty, wasReady) = (state.ended.isEmpty, state.isReady)
            state.ended += ended
            return wasEmpty || state.isReady != wasReady
        })
    }

    /// What has come within ten milliseconds of the first, up to 500; nil once closed and empty. While
    /// one batch is being committed the next one gathers, so batches grow with the load.
    func next() -> [EndedAttempt]? {
        let isOver = state.wait { $0.ended.isEmpty ? ($0.isClosed ? true : nil) : false }
        guard isOver == false else { return nil }
        let patience = MonotonicTime.after(milliseconds: Self.patience)
        _ = state.wait(until: patience) { $0.isReady ? true : nil }
        return state.withLock { state in
            if state.ended.count <= Self.batch {
                defer { state.ended = [] }
                return state.ended
            }
            let taken = Array(state.ended.prefix(Self.batch))
            state.ended.removeFirst(taken.count)
            return taken
        }
    }

    func close() { state.update { $0.isClosed = true } }
}
