import Glibc
import Threads

/// The journal of raw requests: what was answered is in it, and stays until the loop has read it.
///
/// Segmented, append-only, with checksums. Any thread appends, and its records are with the kernel
/// before they are answered; one thread of the journal waits for the disk, once for all that was
/// written meanwhile. The loop reads by position and commits its position in the store together with
/// what the records did: exactly once. While the database is away the journal is the spool: bounded,
/// and what no longer fits is counted.
package final class HitJournal: Sendable {
    /// Bytes of the longest payload.
    package static let maximumRecord = 16 * 1024

    /// When an append is answered, and what it survives then.
    package enum Sync: Sendable {
        /// When the kernel has it: it survives kill -9. The disk has it some milliseconds later, and
        /// a power cut takes no more than those.
        case data
        /// When it is on the disk: it survives a power cut. An answer waits for the disk.
        case strict
        /// When the kernel has it, which tells the disk when it likes: a power cut may take the last
        /// half minute. For slow disks.
        case write
    }

    package struct Options: Sendable {
        /// An existing directory that holds nothing else.
        package var directory: String
        package var sync = Sync.data
        /// How long the first record of a batch waits for company before the disk is asked.
        package var gatherMilliseconds = 2
        /// A segment that has grown to this size is followed by a new one.
        package var segmentBytes: Int64 = 8 << 20
        /// Bytes of all segments together; beyond them records are dropped.
        package var capacityBytes: Int64 = 512 << 20

        package init(directory: String) { self.directory = directory }
    }

    /// What became of an append.
    package enum Fate: Sendable {
        case kept
        /// The journal is full or closed.
        case dropped
        /// The disk refused it.
        case failed
    }

    package struct Counters: Equatable, Sendable {
        package var kept = 0
        package var dropped = 0
        package var failed = 0
        /// Bytes of a half-written record that opening cut off.
        package var tornBytes: Int64 = 0
        /// Bytes in all segments.
        package var storedBytes: Int64 = 0
    }

    /// An append that is answered when the disk has it.
    struct Waiting {
        var count: Int
        var then: @Sendable (Fate) -> Void
    }

    struct State {
        var writer: SegmentWriter
        /// Something was written that the disk may not have.
        var isUnsynced = false
        /// Of `strict` only.
        var waiting: [Waiting] = []
        var segments: [Int64: Int64] = [:]
        /// Where readers find the end.
        var end = Position.start
        var counters = Counters()
        var isClosing = false
        var lastFailure: JournalError?

        mutating func count(_ fate: Fate, _ records: Int) {
            switch fate {
            case .kept: counters.kept += records
            case .dropped: counters.dropped += records
            case .failed: counters.failed += records
            }
        }
    }

    let options: Options
    let state: Monitor<State>
    let thread = Monitor<WorkThread?>(nil)

    /// Opens the journal, cuts off a half-written record, and starts its thread.
    ///
    /// `consumed` is the position in the store: new records always come after it, even when the
    /// journal was lost or the store restored.
    package init(_ options: Options, consumed: Position = .start) throws(JournalError) {
        self.options = options
        var segments: [Int64: Int64] = [:]
        for number in try Self.segments(in: options.directory) {
            let path = "\(options.directory)/\(Segment.name(number))"
            segments[number] = try File(path, O_RDONLY).size()
        }
        let writer = try SegmentWriter(
            directory: options.directory, segmentBytes: options.segmentBytes,
            segments: segments.keys.sorted(), consumed: consumed)
        if !writer.isFull { segments[writer.number] = writer.end }
        var first = State(writer: writer, segments: segments, end: writer.position)
        first.counters.tornBytes = writer.tornBytes
        state = Monitor(first)
        thread.withLock { $0 = WorkThread("hit-journal") { [self] in run() } }
    }

    /// Appends a payload of 1 to 16,384 bytes; see `append(_ batch:then:)`.
    package func append(
        _ payload: [UInt8], then: @escaping @Sendable (Fate) -> Void
    ) throws(JournalError) {
        var batch = HitBatch()
        try batch.add(payload)
        append(batch, then: then)
    }

    /// Appends all records of a batch, or none, and tells what became of them: at once, or, when the
    /// disk must have them first, on the journal's own thread. `then` must be short.
    package func append(_ batch: HitBatch, then: @escaping @Sendable (Fate) -> Void) {
        let fate = state.update { state -> Fate? in
            let fate = write(batch, &state)
            if fate == .kept {
                state.isUnsynced = options.sync != .write
                if options.sync == .strict {
                    state.waiting.append(Waiting(count: batch.count, then: then))
                    return nil
                }
                state.end = state.writer.position
            }
            state.count(fate, batch.count)
            return fate
        }
        if let fate { then(fate) }
    }

    private func write(_ batch: HitBatch, _ state: inout State) -> Fate {
        let stored = state.segments.values.reduce(0, +) + Int64(batch.records.count)
        guard !state.isClosing, stored <= options.capacityBytes else { return .dropped }
        do throws(JournalError) {
            if state.writer.isFull { try state.writer.begin() }
            try state.writer.append(batch.records)
        } catch {
            state.writer.abandon()
            state.lastFailure = error
            return .failed
        }
        state.segments[state.writer.number] = state.writer.end
        return .kept
    }

    /// Where the next record will go: all before it can be read.
    package var end: Position { state.withLock { $0.end } }

    package var counters: Counters {
        state.withLock { state in
            var counters = state.counters
            counters.storedBytes = state.segments.values.reduce(0, +)
            return counters
        }
    }

    /// The last refusal of the disk, for the log.
    package var lastFailure: JournalError? { state.withLock { $0.lastFailure } }

    /// Waits until there may be something to read after a position, or the journal is closing;
    /// false when the time ran out first.
    package func wait(after position: Position, milliseconds: Int) -> Bool {
        state.wait(until: .after(milliseconds: Int64(milliseconds))) { state in
            position < state.end || state.isClosing ? true : nil
        } ?? false
    }

    /// Removes the segments that lie wholly before a position which the store has committed.
    package func discard(before position: Position) throws(JournalError) {
        let passed = state.withLock { state in
            state.segments.keys.filter { $0 < position.segment && $0 < state.end.segment }
        }
        for number in passed {
            let path = "\(options.directory)/\(Segment.name(number))"
            guard unlink(path) == 0 || errno == ENOENT else {
                throw .system(path: path, call: "unlink", errno: errno)
            }
            state.withLock { $0.segments[number] = nil }
        }
        if !passed.isEmpty { try File.synchronize(directory: options.directory) }
    }

    /// Synchronizes, answers what waits, and ends the thread; later appends are dropped.
    package func close() {
        state.update { $0.isClosing = true }
        thread.withLock { $0 }?.join()
    }

    private static func segments(in directory: String) throws(JournalError) -> [Int64] {
        guard let stream = opendir(directory) else {
            throw .system(path: directory, call: "opendir", errno: errno)
        }
        defer { closedir(stream) }
        var numbers: [Int64] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Segment.number(name) { numbers.append(number) }
        }
        return numbers.sorted()
    }
}
