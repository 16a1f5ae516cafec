import Core
import Store
import Threads

/// What became of an attempt to tell something outside.
package enum OutgoingOutcome: Hashable, Sendable {
    case done
    /// To be tried again; with the reason, which holds no address.
    case later(String)
    /// Never to be tried again.
    case refused(String)
}

/// Carries calls of webhooks and mail to staff out, on a thread of its own: at least once each, with
/// growing pauses, for three days.
///
/// A target that fails rests, so that it holds up no other; each gets its turn for some seconds.
package final class OutgoingStation: Sendable {
    package typealias Carry =
        @Sendable (OutgoingRecord, _ now: Instant, _ isStopped: @escaping @Sendable () -> Bool)
        -> OutgoingOutcome

    private struct State {
        var isStopping = false
        var isNudged = false
        /// Until when a target is left alone, and how often it failed in a row.
        var resting: [OutgoingRecord.Target: (until: Instant, failures: Int)] = [:]
        var lastForgotten: Instant?
        var thread: WorkThread?
    }

    private static let lifetime = TimeSpan.days(3)
    /// What was given up is shown for so long.
    private static let memory = TimeSpan.days(30)
    private static let firstPause = TimeSpan.seconds(30)
    private static let longestPause = TimeSpan.hours(4)
    /// One target's turn, and how many it may have in it.
    private static let turnMilliseconds: Int64 = 5000
    private static let turnLimit = 50
    private static let pauseMilliseconds: Int64 = 1000

    private let store: Store
    private let clock: @Sendable () -> Instant
    private let log: Log
    private let carry: Carry
    private let state = Monitor(State())

    /// - Parameter carry: makes one attempt; it may block, but looks whether it is stopped.
    package init(
        store: Store, clock: @escaping @Sendable () -> Instant, log: Log = .none,
        carry: @escaping Carry
    ) {
        self.store = store
        self.clock = clock
        self.log = log
        self.carry = carry
    }

    package func start() throws {
        let reader = Handed(try store.reader())
        state.update { state in
            guard state.thread == nil else { return }
            state.isStopping = false
            state.thread = WorkThread("outgoing") { [self] in run(reader.value) }
        }
    }

    /// Ends the thread; what is under way is broken off and tried again later.
    package func stop() {
        let thread = state.update { state in
            state.isStopping = true
            defer { state.thread = nil }
            return state.thread
        }
        thread?.join()
    }

    /// An operator wants something tried now: no target rests any more.
    package func nudge() {
        state.update { state in
            state.isNudged = true
            state.resting = [:]
        }
    }

    private func run(_ reader: ReadAccess) {
        while !state.withLock(\.isStopping) {
            do {
                try round(reader)
            } catch {
                log(.error, "outgoing: not now: \(error)")
            }
            _ = state.wait(until: .after(milliseconds: Self.pauseMilliseconds)) { state -> Bool? in
                defer { state.isNudged = false }
                return state.isStopping || state.isNudged ? true : nil
            }
        }
    }

    /// Gives each target that has something due its turn. Returns how many attempts were made.
    @discardableResult
    package func round(_ reader: ReadAccess) throws -> Int {
        let now = clock()
        try forget(at: now)
        var attempts = 0
        let targets = try reader.outgoingTargets(at: now)
        // Nothing is told that a power cut could still undo.
        if !targets.isEmpty { try store.makeDurable() }
        for target in targets {
            let rest = state.withLock { $0.resting[target]?.until }
            guard rest.map({ $0 <= now }) ?? true else { continue }
            attempts += try turn(target, reader, at: now)
        }
        return attempts
    }

    private func turn(
        _ target: OutgoingRecord.Target, _ reader: ReadAccess, at now: Instant
    ) throws -> Int {
        let deadline = MonotonicTime.after(milliseconds: Self.turnMilliseconds)
        var attempts = 0
        for record in try reader.dueOutgoing(target, at: now, limit: Self.turnLimit) {
            guard !state.withLock(\.isStopping), MonotonicTime.now() < deadline else { break }
            attempts += 1
            let outcome = carry(record, now) { [state] in state.withLock(\.isStopping) }
            if state.withLock(\.isStopping), outcome != .done { break }
            try settle(record, outcome, at: now)
            if case .later = outcome {
                rest(target, at: now)
                break
            }
            state.withLock { $0.resting[target] = nil }
        }
        return attempts
    }

    private func settle(
        _ record: OutgoingRecord, _ outcome: OutgoingOutcome, at now: Instant
    ) throws {
        let name = "\(record.kind.rawValue) \(record.target)"
        switch outcome {
        case .done: try store.write(.loop) { try $0.endOutgoing(record.id) }
        case .later(let reason)
        where record.attempts == 0 || now < record.created + Self.lifetime:
            let pause = Self.pause(after: record.attempts)
            log(.info, "outgoing: \(name) waits: \(reason)")
            try store.write(.loop) {
                try $0.postponeOutgoing(record.id, to: now + pause, reason: reason)
            }
        case .later(let reason), .refused(let reason):
            log(.warning, "outgoing: \(name) is given up: \(reason)")
            try store.write(.loop) { try $0.giveUpOutgoing(record.id, reason: reason) }
        }
    }

    private func rest(_ target: OutgoingRecord.Target, at now: Instant) {
        state.withLock { state in
            let failures = state.resting[target]?.failures ?? 0
            state.resting[target] = (now + Self.pause(after: failures), failures + 1)
        }
    }

    private func forget(at now: Instant) throws {
        let isTime = state.withLock { state in
            guard state.lastForgotten.map({ now - $0 > .hours(1) }) ?? true else { return false }
            state.lastForgotten = now
            return true
        }
        guard isTime else { return }
        try store.write(.bulk) { try $0.forgetOutgoing(madeBefore: now - Self.memory) }
    }

    private static func pause(after attempts: Int) -> TimeSpan {
        let doubled = firstPause.milliseconds << Int64(min(max(attempts, 0), 12))
        return min(TimeSpan(milliseconds: doubled), longestPause)
    }
}
