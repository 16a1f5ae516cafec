import Glibc
import Threads

/// The journal's thread: the only one that writes its files.
extension HitJournal {
    /// Hands the writer to a new thread, which lives until `close`.
    func start(_ writer: sending SegmentWriter) {
        let handed = Handed(writer)
        thread.withLock {
            $0 = WorkThread("hit-journal") { [self] in run(handed.value) }
        }
    }

    private func run(_ writer: SegmentWriter) {
        while let batch = nextBatch() {
            finish(batch, with: store(batch.records, writer))
        }
        try? writer.synchronize()
    }

    private struct Pending {
        var records: [UInt8]
        var waiting: [@Sendable (Fate) -> Void]
    }

    /// What has come together, or nil when the journal closes and nothing is left.
    private func nextBatch() -> Pending? {
        let isClosing = state.wait { state -> Bool? in
            state.waiting.isEmpty && !state.isClosing ? nil : state.isClosing
        }!
        if !isClosing && options.sync == .data && options.gatherMilliseconds > 0 {
            var pause = timespec(tv_sec: 0, tv_nsec: options.gatherMilliseconds * 1_000_000)
            nanosleep(&pause, nil)
        }
        return state.withLock { state -> Pending? in
            guard !state.waiting.isEmpty else { return nil }
            let batch = Pending(records: state.records, waiting: state.waiting)
            state.records = []
            state.waiting = []
            return batch
        }
    }

    private func store(_ records: [UInt8], _ writer: SegmentWriter) -> Fate {
        do throws(JournalError) {
            if writer.isFull { try writer.begin() }
            try writer.append(records, durably: options.sync == .data)
        } catch {
            writer.abandon()
            state.withLock { $0.lastFailure = error }
            return .failed
        }
        state.update { state in
            state.end = writer.position
            state.segments[writer.number] = writer.end
        }
        return .kept
    }

    private func finish(_ batch: Pending, with fate: Fate) {
        state.withLock { state in
            switch fate {
            case .kept: state.counters.kept += batch.waiting.count
            case .dropped: state.counters.dropped += batch.waiting.count
            case .failed: state.counters.failed += batch.waiting.count
            }
        }
        for then in batch.waiting { then(fate) }
    }
}
