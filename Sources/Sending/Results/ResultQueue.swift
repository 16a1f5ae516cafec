internal import Core
internal import Threads

/// Outcomes on their way into the store. Bounded by the number of places.
final class ResultQueue: Sendable {
    static let batch = 500

    private struct State {
        var ended: [EndedAttempt] = []
        var isClosed = false
    }

    private let state = Monitor(State())

    func put(_ ended: EndedAttempt) { put([ended]) }

    /// Better than one by one: each call wakes who writes them.
    func put(_ ended: [EndedAttempt]) {
        guard !ended.isEmpty else { return }
        state.update { $0.ended += ended }
    }

    /// Whatever has come, up to 500; nil once closed and empty. While one batch is being committed
    /// the next one gathers, so batches grow with the load and a lone result waits for nobody.
    func next() -> [EndedAttempt]? {
        state.wait { state -> [EndedAttempt]? in
            guard !state.ended.isEmpty else { return state.isClosed ? [] : nil }
            if state.ended.count <= Self.batch {
                defer { state.ended = [] }
                return state.ended
            }
            let taken = Array(state.ended.prefix(Self.batch))
            state.ended.removeFirst(taken.count)
            return taken
        }.flatMap { $0.isEmpty ? nil : $0 }
    }

    func close() { state.update { $0.isClosed = true } }
}
