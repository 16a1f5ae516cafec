import Core
import JSON
import Store
import Threads

/// Hands chunks to the store's writer while the next ones are read: two are under way at most, and
/// each is as large as the writer takes in some milliseconds.
///
/// A chunk, what it came to and the position in the file are one transaction. When one fails, those
/// behind it are not taken either.
final class ChunkPipe: Sendable {
    private struct State {
        var underWay = 0
        var result: ImportResult
        /// Which chunk failed first does not matter: none behind it was kept.
        var failure: (any Error)?
        var rows = 500
    }

    /// Where the rows of a chunk end in the file.
    struct Mark: Sendable {
        var position: Int64
        var line: Int
        var digest: Int64
    }

    private static let depth = 2
    private static let rowLimit = 4000
    /// Of the writer's time for the rows of a chunk; the commit comes on top.
    private static let milliseconds = 12.0

    private let store: Store
    private let order: PeopleOrder
    private let record: ImportRecord
    private let state: Monitor<State>

    init(store: Store, order: PeopleOrder, record: ImportRecord, result: ImportResult) {
        self.store = store
        self.order = order
        self.record = record
        state = Monitor(State(result: result))
    }

    /// Rows that the next chunk should have.
    var rows: Int { state.withLock { $0.rows } }

    /// What was kept so far.
    var result: ImportResult { state.withLock { $0.result } }

    /// Brings a chunk in; `read` is what reading its rows came to by itself. Waits while two others
    /// are under way. Throws when an earlier one failed.
    func put(
        _ chunk: PeopleChunk, read: ImportResult, mark: Mark, isLast: Bool = false
    ) throws {
        let failure = state.wait { state -> (any Error)?? in
            if let failure = state.failure { return .some(failure) }
            guard state.underWay < Self.depth else { return nil }
            state.underWay += 1
            return .some(nil)
        }
        if case .some(.some(let failure)) = failure { throw failure }
        store.submit(.bulk) { [self] access in
            try bring(chunk, read, mark, isLast, access)
        } done: { [self] result in
            state.update { state in
                state.underWay -= 1
                switch result {
                case .success(let total): state.result = total
                case .failure(let error): if state.failure == nil { state.failure = error }
                }
            }
        }
    }

    /// Waits until all is kept.
    func drain() throws -> ImportResult {
        let (result, failure) = state.wait { state -> (ImportResult, (any Error)?)? in
            state.underWay == 0 ? (state.result, state.failure) : nil
        }!
        if let failure { throw failure }
        return result
    }

    /// On the writer's thread.
    private func bring(
        _ chunk: PeopleChunk, _ read: ImportResult, _ mark: Mark, _ isLast: Bool,
        _ access: WriteAccess
    ) throws -> ImportResult {
        let started = MonotonicTime.now()
        // What the chunk before it came to, though it may not be durable yet.
        var total = try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.result
        }
        do {
            total.add(read)
            total.add(try access.bring(chunk, order))
            var record = record
            record.position = mark.position
            record.line = Int64(mark.line)
            record.digest = mark.digest
            record.tally = JSON.object(total.countsJSON).text
            record.ended = isLast ? order.now : nil
            try access.keep(record)
        } catch {
            state.withLock { if $0.failure == nil { $0.failure = error } }
            throw error
        }
        let spent = Double(MonotonicTime.now().nanoseconds - started.nanoseconds) / 1e6
        let fitting = Double(max(chunk.rows.count, 1)) * Self.milliseconds / max(spent, 0.1)
        state.withLock {
            $0.result = total
            $0.rows = min(max(Int(fitting), 50, $0.rows / 2), $0.rows * 2, Self.rowLimit)
        }
        return total
    }
}
