import Glibc
import Threads

/// The journal's thread: the only one that waits for the disk.
extension HitJournal {
    func run() {
        while true {
            let turn = nextTurn()
            guard turn.isUnsynced else { break }
            if !turn.isClosing && options.gatherMilliseconds > 0 {
                var pause = timespec(tv_sec: 0, tv_nsec: options.gatherMilliseconds * 1_000_000)
                nanosleep(&pause, nil)
            }
            synchronize()
        }
        // With `write` nothing was synchronized until now.
        try? state.withLock { $0.writer.takeUnsynced() }.synchronize()
    }

    /// Waits until something was written that the disk should have, or the journal closes.
    private func nextTurn() -> (isUnsynced: Bool, isClosing: Bool) {
        state.wait { state in
            state.isUnsynced || state.isClosing ? (state.isUnsynced, state.isClosing) : nil
        }!
    }

    private func synchronize() {
        let (work, waiting, written) = state.withLock { state in
            defer {
                state.isUnsynced = false
                state.waiting = []
            }
            return (state.writer.takeUnsynced(), state.waiting, state.writer.position)
        }
        do throws(JournalError) {
            try work.synchronize()
        } catch {
            return refused(error, waiting)
        }
        guard options.sync == .strict else { return }
        state.update { state in
            state.end = max(state.end, written)
            for append in waiting { state.count(.kept, append.count) }
        }
        for append in waiting { append.then(.kept) }
    }

    /// After a refusal nobody knows which pages the disk has: the segment is not written any more.
    /// What was answered stays in it for the reader, as long as the kernel remembers it.
    private func refused(_ error: JournalError, _ waiting: [Waiting]) {
        let failed = state.update { state -> [Waiting] in
            state.lastFailure = error
            guard options.sync == .strict else {
                state.writer.leave()
                return []
            }
            // What was written meanwhile lies behind it in the same file.
            let all = waiting + state.waiting
            state.waiting = []
            state.writer.abandon(backTo: state.end)
            let number = state.writer.number
            state.segments[number] = number == state.end.segment ? state.end.offset : nil
            for append in all { state.count(.failed, append.count) }
            return all
        }
        for append in failed { append.then(.failed) }
    }
}
