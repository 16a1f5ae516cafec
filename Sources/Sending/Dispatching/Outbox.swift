internal import Core
internal import Pacing
internal import Store
internal import Threads

/// Messages ready to go, and the only place where it is decided that one may go now: its mailing
/// runs, a token is there, its relay does not rest.
final class Outbox: Sendable {
    /// Messages older than this are queued again instead of sent: consent may have changed.
    static let freshFor = TimeSpan.minutes(1)

    private struct State {
        var ready: [ReadyMail] = []
        /// Where the first one stands; the array is cut now and then.
        var head = 0
        var bucket: TokenBucket?
        var relays: [Lane]
        /// Mailings that may go; nil before the dispatcher looked first.
        var running: Set<Int64>?
        var isStopping = false
        var waker: @Sendable () -> Void = {}

        var count: Int { ready.count - head }
    }

    private struct Lane {
        var bucket: TokenBucket?
        var health: RelayHealth
        var sessions = 0
    }

    /// Why a message left the outbox.
    enum Taken {
        case send(ReadyMail)
        /// Its mailing stopped or it waited too long: give it its outcome, unsent.
        case giveBack(ReadyMail, reason: String)
    }

    private let state: Monitor<State>
    private let surroundings: Surroundings
    /// How many messages are composed ahead: no more than the sessions take at once and a reserve,
    /// since each is held in memory, and no more than a second's worth where a rate limits.
    let limit: Int

    init(_ options: SendingOptions, _ surroundings: Surroundings) {
        self.surroundings = surroundings
        let now = surroundings.uptime()
        let lanes = options.relays.map { relay in
            Lane(
                bucket: relay.rate.map { TokenBucket($0, at: now) },
                health: RelayHealth(rest: options.relayRest))
        }
        state = Monitor(
            State(bucket: options.rate.map { TokenBucket($0, at: now) }, relays: lanes))
        let relayRates = options.relays.map { $0.rate?.perSecond ?? .infinity }
        let rate = min(options.rate?.perSecond ?? .infinity, relayRates.reduce(0, +))
        let sessions = options.relays.reduce(0) { $0 + $1.sessions }
        let most = min(options.places, max(256, 4 * sessions))
        limit = Int(min(Double(most), max(1, rate.rounded(.up))))
    }

    /// Has `waker` called whenever there may be something to do for who takes.
    func wake(with waker: @escaping @Sendable () -> Void) {
        state.withLock { $0.waker = waker }
    }

    func put(_ mails: [ReadyMail]) {
        guard !mails.isEmpty else { return }
        change { $0.ready += mails }
    }

    private func change(_ body: (inout State) -> Void) {
        let waker = state.withLock { state in
            body(&state)
            return state.waker
        }
        waker()
    }

    var count: Int { state.withLock { $0.count } }

    /// Takes the first message when it may go over this relay now.
    func take(_ relay: Int) -> Taken? {
        let now = surroundings.uptime()
        return state.withLock { state in take(relay, &state, now) }
    }

    private func take(_ relay: Int, _ state: inout State, _ now: Uptime) -> Taken? {
        guard state.count > 0 else { return nil }
        let first = state.ready[state.head]
        if let reason = objection(to: first, state, now) {
            removeFirst(&state)
            return .giveBack(first, reason: reason)
        }
        guard !state.relays[relay].health.isResting(at: now),
            state.bucket?.available(at: now) != 0,
            state.relays[relay].bucket?.available(at: now) != 0
        else { return nil }
        _ = state.bucket?.take(at: now)
        _ = state.relays[relay].bucket?.take(at: now)
        removeFirst(&state)
        return .send(first)
    }

    /// Takes the first message when it may not go at all: its mailing or the station stopped, or it
    /// waited too long. Needs no relay.
    func takeBack() -> (mail: ReadyMail, reason: String)? {
        let now = surroundings.uptime()
        return state.withLock { state in
            guard state.count > 0 else { return nil }
            let first = state.ready[state.head]
            guard let reason = objection(to: first, state, now) else { return nil }
            removeFirst(&state)
            return (first, reason)
        }
    }

    private func objection(to mail: ReadyMail, _ state: State, _ now: Uptime) -> String? {
        if state.isStopping { return "the daemon was stopped" }
        if state.running?.contains(mail.delivery.mailing) == false {
            return "the mailing was stopped"
        }
        return mail.since + Self.freshFor < now ? "it waited too long" : nil
    }

    private func removeFirst(_ state: inout State) {
        state.head += 1
        if state.head == state.ready.count || state.head > 1024 {
            state.ready.removeFirst(state.head)
            state.head = 0
        }
    }

    /// Whether `take` would give something.
    func hasWork(for relay: Int) -> Bool {
        let now = surroundings.uptime()
        return state.withLock { state in
            guard state.count > 0 else { return false }
            let lane = state.relays[relay]
            return !lane.health.isResting(at: now) && state.bucket?.available(at: now) != 0
                && lane.bucket?.available(at: now) != 0
        }
    }

    /// When time alone may make a message takeable.
    func wakeTime(_ relay: Int, _ now: Uptime) -> Uptime {
        state.withLock { state in
            let lane = state.relays[relay]
            let times = [
                state.bucket?.nextToken, lane.bucket?.nextToken,
                lane.health.isResting(at: now) ? lane.health.restsUntil : nil,
            ]
            let latest = times.compactMap { $0 }.max() ?? .zero
            return latest > now ? latest : Uptime(nanoseconds: .max)
        }
    }

    /// Says which mailings may go from now on.
    func setRunning(_ mailings: Set<Int64>) {
        let changed = state.withLock { $0.running != mailings }
        if changed { change { $0.running = mailings } }
    }

    func stop() { change { $0.isStopping = true } }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Whether at least one relay takes mail now.
    var hasRelay: Bool {
        let now = surroundings.uptime()
        return state.withLock { $0.relays.contains { !$0.health.isResting(at: now) } }
    }

    func failed(_ relay: Int, _ reason: String, isLasting: Bool) {
        let now = surroundings.uptime()
        let random = surroundings.random()
        state.withLock {
            $0.relays[relay].health.failed(reason, isLasting: isLasting, at: now, random: random)
        }
    }

    func succeeded(_ relay: Int) {
        state.withLock { state in
            if state.relays[relay].health.reason != nil { state.relays[relay].health.succeeded() }
        }
    }

    func countSession(_ relay: Int, _ change: Int) {
        state.withLock { $0.relays[relay].sessions += change }
    }

    /// For the status: sessions, and why the relay rests.
    func condition(of relay: Int) -> (sessions: Int, resting: String?) {
        let now = surroundings.uptime()
        return state.withLock { state in
            let lane = state.relays[relay]
            return (lane.sessions, lane.health.isResting(at: now) ? lane.health.reason : nil)
        }
    }
}
