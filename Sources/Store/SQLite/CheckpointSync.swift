internal import CSQLite
internal import Threads

/// What the writer has the disk do without waiting, on a thread of its own: the sync of the database
/// file that ends a checkpoint, and the beginning of writing the log.
///
/// SQLite waits for that sync because the log must not be begun anew before the database holds what
/// the log held. The writer may go on at once as long as that does not happen: SQLite takes the locks
/// of all readers of the log for it, and `WriterFile` asks here before it lets it have them. Whoever
/// gets none appends to the log. A power cut meanwhile, or kill -9, finds the whole log and copies it
/// again.
///
/// A sync that failed is not tried again, since the system forgets what it should have written: the
/// log stays until a checkpoint has copied all of it anew (`takeFailure`).
final class CheckpointSync: Sendable {
    private struct State {
        /// During a checkpoint whose sync may be put off.
        var isPuttingOff = false
        /// Put off and not done.
        var pending: (@Sendable () -> Bool)?
        var hasFailed = false
        /// The log's descriptor, when some of it should be written.
        var unwritten: Int32?
        var isClosing = false
    }

    private enum Step {
        case sync(@Sendable () -> Bool)
        case write(Int32)
        case end
    }

    private let state = Monitor(State())
    private let thread: Monitor<WorkThread?> = Monitor(nil)

    /// Runs a checkpoint whose sync may come later.
    func puttingOff(_ checkpoint: () -> Void) {
        state.withLock { $0.isPuttingOff = true }
        checkpoint()
        state.withLock { $0.isPuttingOff = false }
    }

    /// Puts a sync off if it may be, and says whether it did.
    func putOff(_ sync: @escaping @Sendable () -> Bool) -> Bool {
        let isTaken = state.update { state in
            guard state.isPuttingOff, state.pending == nil else { return false }
            state.pending = sync
            return true
        }
        if isTaken { startThread() }
        return isTaken
    }

    /// Has the disk begin to write what is new in the log, so that its next sync finds less to do.
    func write(log descriptor: Int32) {
        state.update { $0.unwritten = descriptor }
        startThread()
    }

    /// Whether the disk has all that was copied into the database.
    var allowsNewLog: Bool { state.withLock { $0.pending == nil && !$0.hasFailed } }

    /// Waits for what was put off; whether it failed since this was last asked.
    func takeFailure() -> Bool {
        state.wait { state in
            guard state.pending == nil else { return nil }
            defer { state.hasFailed = false }
            return state.hasFailed
        }!
    }

    /// Waits for what was put off and ends the thread.
    func close() {
        state.update { $0.isClosing = true }
        thread.withLock { $0 }?.join()
    }

    private func startThread() {
        thread.withLock { thread in
            if thread == nil { thread = WorkThread("store-sync") { [self] in run() } }
        }
    }

    private func run() {
        while true {
            switch nextStep() {
            case .sync(let sync):
                let succeeded = sync()
                state.update { state in
                    state.pending = nil
                    if !succeeded { state.hasFailed = true }
                }
            case .write(let descriptor): maild_begin_writing(descriptor)
            case .end: return
            }
        }
    }

    private func nextStep() -> Step {
        state.wait { state in
            if let pending = state.pending { return .sync(pending) }
            if state.isClosing { return .end }
            defer { state.unwritten = nil }
            return state.unwritten.map(Step.write)
        }!
    }
}
