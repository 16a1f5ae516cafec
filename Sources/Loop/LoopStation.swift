import Core
import JSON
import Journal
import Store
import Threads

/// Reads the hit journal, judges, and commits what follows: event, profile, triggers, follow-ups
/// and the journal's position in one transaction, so a kill at any moment applies a hit once.
///
/// One thread drives it; `round` is what it does, and can be driven by hand with another clock.
package final class LoopStation: Sendable {
    /// What the thread owns between rounds.
    fileprivate struct State {
        var waiting: Waiting
        var read = Position.start
        /// When the last hit happened that was read.
        var readTo = Instant.epoch
        /// Hits that the next transaction should have.
        var batch: Int
        var isPrepared = false
        var status = LoopStatus()
        /// Whether time or new rules brought about more than one round did.
        var isBehind = false
        var isRunning = false
    }

    private let store: Store
    private let journal: HitJournal
    private let links: LinkBinding.Lookup
    private let options: LoopOptions
    private let clock: @Sendable () -> Instant
    private let log: Log
    private let state: Monitor<State>
    private let control = Monitor((stopping: false, thread: WorkThread?.none))
    /// Of whoever drives the station; opened at the first use, and anew after a failure.
    private let kept = Monitor<ReadAccess?>(nil)

    /// - Parameter clock: the wall clock; hits carry its times.
    package init(
        store: Store, journal: HitJournal, links: @escaping LinkBinding.Lookup,
        options: LoopOptions = LoopOptions(), clock: @escaping @Sendable () -> Instant,
        log: Log = .none
    ) {
        self.store = store
        self.journal = journal
        self.links = links
        self.options = options
        state = Monitor(
            State(
                waiting: Waiting(delay: options.judgingDelay, agents: options.agents),
                batch: max(1, options.batch / 2)))
        self.clock = clock
        self.log = log
    }

    package var status: LoopStatus { state.withLock { $0.status } }

    /// Starts the thread. `Reactions` must be installed in the store already.
    package func start() {
        control.update { control in
            guard control.thread == nil else { return }
            control.stopping = false
            control.thread = WorkThread("loop") { [self] in run() }
        }
    }

    /// Ends the thread after its round; what waits for a verdict stays in the journal.
    package func stop() {
        let thread = control.update { control in
            control.stopping = true
            defer { control.thread = nil }
            return control.thread
        }
        thread?.join()
    }

    private func run() {
        while !control.withLock({ $0.stopping }) {
            var pause = 500
            do {
                try round()
                pause = state.withLock { $0.isBehind } ? 0 : milliseconds(until: nextDue)
            } catch {
                note(failure: "\(error)")
            }
            wait(milliseconds: pause)
            gather()
        }
    }

    /// Lets more come together before the next round, which costs transactions whatever it finds:
    /// a part of the time that a hit waits for its verdict anyway.
    private func gather() {
        let pause = min(options.judgingDelay.milliseconds / 40, 250)
        guard pause > 0, !state.withLock({ $0.isBehind }) else { return }
        _ = control.wait(until: .after(milliseconds: pause)) { $0.stopping ? true : nil }
    }

    /// Until something can be read, or the pause is over, or the station stops.
    private func wait(milliseconds: Int) {
        guard milliseconds > 0 else { return }
        let (read, isFull) = state.withLock {
            ($0.read, $0.waiting.count >= options.maximumWaiting || $0.status.failure != nil)
        }
        if !isFull {
            guard journal.wait(after: read, milliseconds: milliseconds) else { return }
            if read < journal.end { return }
            // The journal is closing: there is nothing to wait for but our own stop.
        }
        let deadline = MonotonicTime.after(milliseconds: Int64(milliseconds))
        _ = control.wait(until: deadline) { $0.stopping ? true : nil }
    }

    /// When the first waiting hit is to be judged.
    package var nextDue: Instant? { state.withLock { $0.waiting.nextDue } }

    private func milliseconds(until due: Instant?) -> Int {
        guard let due else { return 500 }
        return Int(min(max((due - clock()).milliseconds, 0), 500))
    }

    private func note(failure: String?) {
        let isNew = state.withLock { state in
            defer { state.status.failure = failure }
            return state.status.failure != failure
        }
        if isNew, let failure { log(.warning, "loop: \(failure); trying again") }
    }

    // MARK: A round

    /// How far the journal has been read.
    private enum Reach {
        case all
        /// Up to a hit that happened then.
        case to(Instant)
        /// As many hits wait as may.
        case full
    }

    /// Reads what is new and commits what is due: while the writer has one batch, the next is read
    /// and judged. Returns how many hits were committed.
    @discardableResult
    package func round() throws -> Int {
        try prepare()
        // Taken before reading: commits take time, and a clock that went on meanwhile would judge
        // a hit whose neighbours still lie in the journal.
        let now = clock()
        var flight: Flight?
        var committed = 0
        var reach = Reach.all
        do {
            for _ in 0..<options.readings {
                reach = try readJournal()
                committed += try commitDue(at: now, reach, &flight)
                if case .all = reach { break }
            }
            try land(&flight)
        } catch {
            // It must be over before it may be tried again.
            try? land(&flight)
            throw error
        }
        if committed > 0 { try discard() }
        let isBehind = try passTime(to: now, reach)
        state.withLock { state in
            state.isBehind = isBehind
            state.status.waiting = state.waiting.count
            state.status.rounds += 1
            state.status.failure = nil
        }
        return committed
    }

    /// Commits what is due of what was read, batch by batch. The last one is durable when it lands,
    /// and with it all before it: until then a power cut leaves them to be read again.
    private func commitDue(
        at now: Instant, _ reach: Reach, _ flight: inout Flight?
    ) throws -> Int {
        var committed = 0
        var due = nextBatch(at: now, reach, behind: flight?.entries.count ?? 0)
        while let batch = due {
            due = nextBatch(
                at: now, reach, behind: (flight?.entries.count ?? 0) + batch.count)
            try land(&flight)
            flight = launch(batch, due == nil ? .atOnce : .later)
            committed += batch.count
        }
        return committed
    }

    /// Events among which clicks are recalled at a start.
    private static let recalledEvents: Int64 = 20_000

    /// What is to be committed behind the first `count` that wait; nil when nothing is due.
    private func nextBatch(
        at now: Instant, _ reach: Reach, behind count: Int
    ) -> [Waiting.Entry]? {
        let horizon = if case .to(let last) = reach { last } else { Instant.distantFuture }
        let due = state.withLock { state in
            state.waiting.due(
                at: now, seenUpTo: horizon, limit: state.batch, after: count)
        }
        return due.isEmpty ? nil : due
    }

    /// Runs reads on the connection that is kept.
    private func reading<Result>(_ body: (ReadAccess) throws -> Result) throws -> Result {
        let reader = try kept.withLock({ $0 }) ?? store.reader()
        // Forgotten unless all goes well.
        kept.withLock { $0 = nil }
        let result = try reader.together { try body(reader) }
        kept.withLock { $0 = reader }
        return result
    }

    /// Where the last daemon stopped, and what had just been judged: a burst must be seen whole.
    private func prepare() throws {
        guard !state.withLock({ $0.isPrepared }) else { return }
        let (position, recalled) = try reading { reader in
            let clicks = try reader.clicks(amongLast: Self.recalledEvents)
            let recalled = try clicks.compactMap { event -> Waiting.Recalled? in
                guard let hit = Hit(recalledFrom: event) else { return nil }
                return Waiting.Recalled(
                    hit: hit, context: try reader.hitContext(of: hit.delivery),
                    verdict: event.verdict.flatMap(Verdict.init))
            }
            return (try reader.journalPosition(), recalled)
        }
        state.withLock { state in
            state.isPrepared = true
            if let position {
                state.read = Position(segment: position.segment, offset: position.offset)
            }
            state.waiting.recall(recalled)
        }
    }

    private func readJournal() throws -> Reach {
        let (read, room) = state.withLock {
            ($0.read, options.maximumWaiting - $0.waiting.count)
        }
        guard room > 0 else { return .full }
        let found = try journal.read(from: read, limit: min(room, options.reading))
        if found.damagedBytes > 0 {
            log(.error, "loop: \(found.damagedBytes) damaged bytes in the hit journal")
        }
        let now = clock()
        let hits = try reading { reader in
            try found.records.map { record in
                let hit = Hit(bytes: record.payload)
                let context = try hit.flatMap { try reader.hitContext(of: $0.delivery) }
                return (hit, context, record.next)
            }
        }
        return state.withLock { state in
            for (hit, context, next) in hits {
                state.waiting.take(hit, about: context, next: next, now: now)
                if let hit { state.readTo = hit.at }
            }
            state.read = found.next
            return hits.isEmpty ? .all : .to(state.readTo)
        }
    }

    /// Does what time and new rules bring about, in bounded transactions between which others
    /// write. Returns whether more is left.
    private func passTime(to now: Instant, _ reach: Reach) throws -> Bool {
        // Of what happened before that instant nothing waits in the journal or for its verdict.
        let horizon = state.withLock { state in
            var horizon = now
            if case .to(let last) = reach { horizon = min(horizon, last - .milliseconds(1)) }
            return state.waiting.earliest.map { min(horizon, $0 - .milliseconds(1)) } ?? horizon
        }
        let options = options
        let isReading = if case .all = reach { false } else { true }
        var isBehind = true
        for _ in 0..<options.dueBatches where isBehind {
            isBehind =
                try store.write(.loop) { try $0.advance(to: horizon, limit: options.dueBatch) } > 0
        }
        var isSeeding = true
        for _ in 0..<options.seedBatches where isSeeding {
            isSeeding = try store.write(.bulk) { try $0.seed(at: now, limit: options.seedBatch) }
        }
        let moved = try store.write(.bulk) { try $0.moveLandmark(at: now) }
        return isBehind || isSeeding || moved || isReading
    }

    private func discard() throws {
        guard let position = try reading({ try $0.journalPosition() }) else { return }
        try journal.discard(
            before: Position(segment: position.segment, offset: position.offset))
    }

    // MARK: Commit

    /// A batch that the writer has.
    private struct Flight {
        let entries: [Waiting.Entry]
        let outcome = Monitor<Result<(tally: HitTally, spent: TimeSpan), any Error>?>(nil)
    }

    /// Hands a batch to the writer.
    private func launch(_ due: [Waiting.Entry], _ durability: Durability) -> Flight {
        let flight = Flight(entries: due)
        let (hits, next, links) = (due.map(\.judged), due.last!.next.stored, links)
        store.submit(.loop, durable: durability) { access -> (tally: HitTally, spent: TimeSpan) in
            let started = MonotonicTime.now()
            let tally = try hits.record(in: access, links: links)
            try access.set(journalPosition: next)
            return (tally, .milliseconds(MonotonicTime.now().milliseconds(since: started)))
        } done: { [outcome = flight.outcome] result in
            outcome.update { $0 = result }
        }
        return flight
    }

    /// Waits until the batch that is under way, if any, is committed, and forgets its hits.
    private func land(_ flight: inout Flight?) throws {
        guard let landed = flight else { return }
        flight = nil
        let tally: HitTally
        var spent: TimeSpan?
        switch landed.outcome.wait(for: { $0 })! {
        case .success(let done): (tally, spent) = done
        case .failure(let error as StoreError) where error.isPassing: throw error
        case .failure: tally = try commitApart(landed.entries)
        }
        state.withLock { state in
            state.waiting.remove(landed.entries.count)
            state.status.add(tally)
            if let spent { state.fitBatch(landed.entries.count, took: spent, options) }
        }
    }

    /// One hit that cannot be recorded must not stop all that come after it: each in a savepoint,
    /// which costs more, so only now.
    private func commitApart(_ entries: [Waiting.Entry]) throws -> HitTally {
        let (hits, next, links) = (entries.map(\.judged), entries.last!.next.stored, links)
        let (tally, failures) = try store.write(.loop) { access in
            let outcome = try hits.recordApart(in: access, links: links)
            try access.set(journalPosition: next)
            return outcome
        }
        for failure in failures {
            log(.error, "loop: a hit on delivery \(failure.delivery): \(failure.reason)")
        }
        return tally
    }
}

extension LoopStation.State {
    /// Keeps transactions as long as they should be. A few hits say little about many.
    fileprivate mutating func fitBatch(
        _ count: Int, took spent: TimeSpan, _ options: LoopOptions
    ) {
        guard count * 2 >= batch else { return }
        let fitting = count * Int(options.batchSpan.milliseconds) / max(1, Int(spent.milliseconds))
        batch = min(max(fitting, batch / 2, 10), batch * 2, options.batch)
    }
}

extension LoopStatus {
    fileprivate mutating func add(_ tally: HitTally) {
        human += tally.human
        machine += tally.machine
        proxy += tally.proxy
        applied += tally.applied
        withdrawn += tally.withdrawn
        skipped += tally.skipped
    }
}

extension Waiting.Entry {
    fileprivate var judged: JudgedHit {
        JudgedHit(hit: hit, judgement: judgement, withdrawals: withdrawals)
    }
}

extension Position {
    fileprivate var stored: JournalPosition { JournalPosition(segment: segment, offset: offset) }
}

extension StoreError {
    /// Whether the same may succeed later: the hit stays in the journal until then.
    var isPassing: Bool {
        switch self {
        case .full, .closed, .locked, .unusable: true
        // SQLITE_BUSY, SQLITE_NOMEM, SQLITE_IOERR.
        case .sqlite(let code, _, _): [5, 7, 10].contains(code & 0xFF)
        case .newerSchema, .refused: false
        }
    }
}
