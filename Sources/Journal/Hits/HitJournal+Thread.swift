import Glibc

/// The journal's thread: the only one that writes its files.
extension HitJournal {
    /// Hands the writer to a new thread, which lives until `close`.
    func start(_ writer: SegmentWriter) throws(JournalError) {
        let start = Unmanaged.passRetained(ThreadStart(journal: self, writer: writer))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                let start = Unmanaged<ThreadStart>.fromOpaque(argument!).takeRetainedValue()
                start.journal.run(start.writer)
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            throw .system(path: options.directory, call: "pthread_create", errno: status)
        }
        pthread_detach(thread)
    }

    private func run(_ writer: SegmentWriter) {
        while let batch = nextBatch() {
            finish(batch, with: store(batch.records, writer))
        }
        try? writer.synchronize()
        monitor.locked {
            state.hasEnded = true
            monitor.wakeAll()
        }
    }

    private struct Pending {
        var records: [UInt8]
        var waiting: [@Sendable (Fate) -> Void]
    }

    /// What has come together, or nil when the journal closes and nothing is left.
    private func nextBatch() -> Pending? {
        let isClosing = monitor.locked { () -> Bool in
            while state.waiting.isEmpty && !state.isClosing { monitor.wait() }
            return state.isClosing
        }
        if !isClosing && options.sync == .data && options.gatherMilliseconds > 0 {
            var pause = timespec(tv_sec: 0, tv_nsec: options.gatherMilliseconds * 1_000_000)
            nanosleep(&pause, nil)
        }
        return monitor.locked { () -> Pending? in
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
            monitor.locked { state.lastFailure = error }
            return .failed
        }
        monitor.locked {
            state.end = writer.position
            state.segments[writer.number] = writer.end
            monitor.wakeAll()
        }
        return .kept
    }

    private func finish(_ batch: Pending, with fate: Fate) {
        monitor.locked {
            switch fate {
            case .kept: state.counters.kept += batch.waiting.count
            case .dropped: state.counters.dropped += batch.waiting.count
            case .failed: state.counters.failed += batch.waiting.count
            }
        }
        for then in batch.waiting { then(fate) }
    }
}

/// What a new thread is handed.
private final class ThreadStart {
    let journal: HitJournal
    let writer: SegmentWriter

    init(journal: HitJournal, writer: SegmentWriter) {
        self.journal = journal
        self.writer = writer
    }
}
