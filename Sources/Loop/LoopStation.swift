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
    private struct State {
        var waiting: Waiting
        var read = Position.start
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
    /// What hits are about is read with it; made when it is first needed.
    private let reader = Monitor<Handed<ReadAccess>?>(nil)

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
            State(waiting: Waiting(delay: options.judgingDelay, agents: options.agents)))
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

    /// Reads what is new and commits what is due. Returns how many hits were committed.
    @discardableResult
    package func round() throws -> Int {
        try prepare()
        // Taken before reading: commits take time, and a clock that went on meanwhile would judge
        // a hit whose neighbours still lie in the journal.
        let now = clock()
        try readJournal()
        var committed = 0
        while true {
            let due = state.withLock { $0.waiting.due(at: now, limit: options.batch) }
            guard !due.isEmpty else { break }
            try commit(due)
            state.withLock { $0.waiting.remove(due.count) }
            committed += due.count
        }
        if committed > 0 { try discard() }
        let isBehind = try passTime(to: now)
        state.withLock { state in
            state.isBehind = isBehind
            state.status.waiting = state.waiting.count
            state.status.rounds += 1
            state.status.failure = nil
        }
        return committed
    }

    /// Where the last daemon stopped, and what had just been judged: a burst must be seen whole.
    private func prepare() throws {
        guard !state.withLock({ $0.isPrepared }) else { return }
        let reader = try store.reader()
        let position = try reader.journalPosition()
        let last = try reader.lastEventID()
        let recent = try reader.events(after: max(0, last - 1000), limit: 1000)
        let recalled = try recent.compactMap { event -> (Hit, HitContext?)? in
            guard event.kind == .click, let hit = Hit(recalledFrom: event) else { return nil }
            return (hit, try reader.hitContext(of: hit.delivery))
        }
        state.withLock { state in
            state.isPrepared = true
            if let position {
                state.read = Position(segment: position.segment, offset: position.offset)
            }
            for (hit, context) in recalled { state.waiting.recall(hit, about: context) }
        }
    }

    private func readJournal() throws {
        while true {
            let (read, room) = state.withLock {
                ($0.read, options.maximumWaiting - $0.waiting.count)
            }
            guard room > 0 else { return }
            let reading = try journal.read(from: read, limit: min(room, 1000))
            if reading.damagedBytes > 0 {
                log(.error, "loop: \(reading.damagedBytes) damaged bytes in the hit journal")
            }
            let now = clock()
            let hits = try known(reading.records)
            state.withLock { state in
                for (hit, context, next) in hits {
                    state.waiting.take(hit, about: context, next: next, now: now)
                }
                state.read = reading.next
            }
            guard !reading.records.isEmpty else { return }
        }
    }

    /// The hits of some records with what the ledger knows about them.
    private func known(
        _ records: [HitJournal.Reading.Record]
    ) throws -> [(Hit?, HitContext?, Position)] {
        try reader.withLock { kept in
            let reader = try kept?.value ?? store.reader()
            kept = Handed(reader)
            return try reader.together {
                try records.map { record in
                    let hit = Hit(bytes: record.payload)
                    return (
                        hit, try hit.flatMap { try reader.hitContext(of: $0.delivery) },
                        record.next
                    )
                }
            }
        }
    }

    /// Does what time and new rules bring about, in bounded transactions between which others
    /// write. Returns whether more is left.
    private func passTime(to now: Instant) throws -> Bool {
        // Of what happened before that instant nothing waits for its verdict any more.
        let horizon = state.withLock { state in
            state.waiting.earliest.map { min(now, $0 - .milliseconds(1)) } ?? now
        }
        let options = options
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
        return isBehind || isSeeding || moved
    }

    private func discard() throws {
        guard let position = try store.reader().journalPosition() else { return }
        try journal.discard(
            before: Position(segment: position.segment, offset: position.offset))
    }

    // MARK: Commit

    private func commit(_ due: [Waiting.Entry]) throws {
        let judged = due.map {
            JudgedHit(hit: $0.hit, judgement: $0.judgement, withdrawals: $0.withdrawals)
        }
        let next = due.last!.next
        let links = links
        var tally: HitTally
        do {
            tally = try store.write(.loop) { access in
                let tally = try judged.record(in: access, links: links)
                try access.set(journalPosition: next.stored)
                return tally
            }
        } catch let error as StoreError where error.isPassing {
            throw error
        } catch {
            tally = try commitOneByOne(due)
        }
        state.withLock { state in
            state.status.human += tally.human
            state.status.machine += tally.machine
            state.status.proxy += tally.proxy
            state.status.applied += tally.applied
            state.status.withdrawn += tally.withdrawn
            state.status.skipped += tally.skipped
        }
    }

    /// One hit that cannot be recorded must not stop all that come after it.
    private func commitOneByOne(_ due: [Waiting.Entry]) throws -> HitTally {
        var tally = HitTally()
        let links = links
        for entry in due {
            let hit = JudgedHit(
                hit: entry.hit, judgement: entry.judgement, withdrawals: entry.withdrawals)
            do {
                tally += try store.write(.loop) { access in
                    let tally = try [hit].record(in: access, links: links)
                    try access.set(journalPosition: entry.next.stored)
                    return tally
                }
            } catch let error as StoreError where error.isPassing {
                throw error
            } catch {
                log(.error, "loop: a hit on delivery \(entry.hit?.delivery ?? 0): \(error)")
                try store.write(.loop) { try $0.set(journalPosition: entry.next.stored) }
                tally.skipped += 1
            }
        }
        return tally
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
