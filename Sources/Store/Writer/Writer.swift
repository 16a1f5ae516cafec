internal import Threads

/// The one thread that writes and checkpoints.
///
/// SQLite 3.40.1 can corrupt a database when two connections write or checkpoint at once
/// (the WAL-reset defect), so there is exactly one. Jobs that wait together share a transaction
/// and its fsync; each runs in a savepoint, so that one that fails takes nothing with it. The first
/// needs none: when it fails there is nothing else to keep. A savepoint copies every page that
/// changes, and a large job mostly comes alone.
///
/// A job that may become durable later shares no transaction with one that must be at once: SQLite
/// is told which it is before the transaction begins.
final class Writer: Sendable {
    private struct State {
        var lanes: [[Job]] = Lane.allCases.map { _ in [] }
        var stopping = false
        var longest: Int64 = 0
        /// Something was committed, or is being committed, that the disk need not have yet.
        var isAhead = false

        /// The first jobs of a lane, as long as they are of this durability.
        mutating func takeJobs(of lane: Int, _ durability: Durability) -> [Job] {
            let jobs = Array(
                lanes[lane].prefix(jobsPerTransaction).prefix { $0.durability == durability })
            lanes[lane].removeFirst(jobs.count)
            return jobs
        }
    }

    /// One piece of work, and who waits for it. `done` runs on the writer's thread, after the
    /// commit: with nil when it is durable, else with the reason.
    private struct Job: Sendable {
        let durability: Durability
        let body: @Sendable (WriteAccess) throws -> Void
        let done: @Sendable ((any Error)?) -> Void
    }

    /// Jobs of one transaction at most, and how long it may collect further ones.
    private static let jobsPerTransaction = 256
    private static let millisecondsPerTransaction: Int64 = 20

    /// How many times as long the log may become before a checkpoint waits for the disk, so that it
    /// can be begun anew.
    private static let logLimit = 4

    /// Pages of write-ahead log after which it is copied into the database.
    private let logPages: Int
    private let state = Monitor(State())
    private let thread: Monitor<WorkThread?> = Monitor(nil)

    init(logPages: Int) { self.logPages = logPages }

    /// Takes the connection over: nobody else may use it from now on.
    func start(connection: sending Connection) {
        let handed = Handed(connection)
        thread.withLock {
            $0 = WorkThread("store-writer") { [self] in run(WriteAccess(handed.value)) }
        }
    }

    /// Lets what was submitted finish, then ends the thread.
    func stop() {
        state.update { $0.stopping = true }
        thread.withLock { $0 }?.join()
    }

    func submit(
        _ lane: Lane, _ durability: Durability,
        _ body: @escaping @Sendable (WriteAccess) throws -> Void,
        done: @escaping @Sendable ((any Error)?) -> Void
    ) {
        let accepted = state.update { state in
            guard !state.stopping else { return false }
            state.lanes[lane.rawValue].append(
                Job(durability: durability, body: body, done: done))
            return true
        }
        if !accepted { done(StoreError.closed) }
    }

    /// Whether anything was committed, or is being committed, that the disk need not have yet.
    var isAhead: Bool { state.withLock(\.isAhead) }

    /// A transaction was committed. One that waited for the disk waited for all before it too.
    private func noteWritten(_ durability: Durability, _ connection: Connection) {
        switch durability {
        case .atOnce: noteDurable()
        case .later: connection.beginWritingLog()
        }
    }

    private func noteDurable() { state.withLock { $0.isAhead = false } }

    /// Nanoseconds of the longest transaction since the last call, its fsync included.
    func takeLongest() -> Int64 {
        state.withLock { state in
            defer { state.longest = 0 }
            return state.longest
        }
    }

    private func run(_ access: WriteAccess) {
        while let jobs = nextJobs() {
            perform(jobs, access)
            if access.connection.logState.newPages >= logPages {
                access.connection.checkpoint(logLimit: Self.logLimit * logPages)
            }
        }
        access.connection.truncateLog()
    }

    /// The first jobs of the highest lane that has any, all of the same durability; nil when
    /// stopping and nothing is left.
    private func nextJobs() -> [Job]? {
        state.wait { state -> [Job]? in
            guard let lane = state.lanes.firstIndex(where: { !$0.isEmpty }) else {
                return state.stopping ? [] : nil
            }
            return state.takeJobs(of: lane, state.lanes[lane][0].durability)
        }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Those that wait and may join a transaction.
    private func furtherJobs(_ durability: Durability) -> [Job] {
        state.update { state in
            guard let lane = state.lanes.firstIndex(where: { !$0.isEmpty }) else { return [] }
            return state.takeJobs(of: lane, durability)
        }
    }

    /// Runs the jobs in one transaction, with those that come meanwhile while there is time.
    private func perform(_ first: [Job], _ access: WriteAccess) {
        let started = MonotonicTime.now()
        var jobs = first
        var failures: [Int: any Error] = [:]
        let durability = first[0].durability
        do {
            try access.connection.set(durability)
            // Before anybody can read what it writes.
            if durability == .later { state.withLock { $0.isAhead = true } }
            let commits = access.connection.logState.commits
            try access.connection.execute("BEGIN IMMEDIATE")
            var next = 0
            while next < jobs.count {
                for index in next..<jobs.count {
                    do {
                        try run(jobs[index].body, access, isFirst: index == 0)
                    } catch {
                        failures[index] = error
                        guard access.connection.inTransaction else { throw error }
                    }
                }
                next = jobs.count
                let elapsed = MonotonicTime.now().milliseconds(since: started)
                if elapsed < Self.millisecondsPerTransaction, next < Self.jobsPerTransaction {
                    jobs += furtherJobs(durability)
                }
            }
            try access.connection.execute("COMMIT")
            // One that writes nothing does not wait for the disk either.
            let hasWritten = access.connection.logState.commits > commits
            if hasWritten { noteWritten(durability, access.connection) }
        } catch {
            if access.connection.inTransaction { try? access.connection.execute("ROLLBACK") }
            access.forgetJob()
            for index in jobs.indices where failures[index] == nil { failures[index] = error }
            // A disk that fails a sync forgets what it should have written, and says so once: what
            // was to become durable later must not be taken for durable by the next sync.
            if isAhead, access.connection.truncateLog() { noteDurable() }
        }
        let span = MonotonicTime.now().nanoseconds - started.nanoseconds
        state.withLock { $0.longest = max($0.longest, span) }
        for (index, job) in jobs.enumerated() { job.done(failures[index]) }
    }

    private func run(
        _ body: (WriteAccess) throws -> Void, _ access: WriteAccess, isFirst: Bool
    ) throws {
        if !isFirst { try access.connection.run("SAVEPOINT job") }
        do {
            try body(access)
            try access.settleChanges()
            try access.flushCounts()
            if !isFirst { try access.connection.run("RELEASE job") }
        } catch {
            access.forgetJob()
            if access.connection.inTransaction {
                try access.connection.execute(
                    isFirst ? "ROLLBACK; BEGIN IMMEDIATE" : "ROLLBACK TO job; RELEASE job")
            }
            throw error
        }
    }
}
