internal import Core
internal import Pacing
internal import Store
internal import Threads

/// Messages ready to go, and the only place where it is decided that one may go now: its mailing
/// runs, a token is there, its relay does not rest, its destination is free.
final class Outbox: Sendable {
    /// Messages older than this are queued again instead of sent: consent may have changed.
    static let freshFor = TimeSpan.minutes(1)
    /// A message whose destination is not free for longer waits in the ledger instead of here.
    static let patience = TimeSpan.seconds(5)
    /// More destinations than this are not remembered at once.
    private static let paceLimit = 10_000
    /// Messages between the claim and the durable result, beyond those in the sessions: what two
    /// commits of some 20 ms take along at 10,000 messages a second.
    private static let reserve = 512

    private struct State {
        /// Mail that triggers, actions and proofs started: somebody waits for it.
        var urgent = DestinationQueues()
        var bulk = DestinationQueues()
        /// What may not go, to be given back.
        var returned = Fifo<Returned>()
        var paces: [String: DestinationPace] = [:]
        var bucket: TokenBucket?
        var relays: [Lane]
        var rules = Rules()
        var nextSweep = Uptime.zero
        var waker: @Sendable () -> Void = {}

        var count: Int { urgent.count + bulk.count }
    }

    /// What may not go at all, whatever relay and destination say.
    private struct Rules {
        /// Mailings that may go; nil before the dispatcher looked first.
        var running: Set<Int64>?
        var isStopping = false

        func objection(to mail: ReadyMail, at now: Uptime) -> String? {
            if isStopping { return "the daemon was stopped" }
            if running?.contains(mail.delivery.mailing) == false {
                return "the mailing was stopped"
            }
            return mail.since + Outbox.freshFor < now ? "it waited too long" : nil
        }
    }

    private struct Lane {
        var bucket: TokenBucket?
        var health: RelayHealth
        var sessions = 0

        func isFree(at now: Uptime) -> Bool {
            !health.isResting(at: now) && bucket?.available(at: now) != 0
        }
    }

    /// A message that leaves the outbox unsent.
    struct Returned {
        let mail: ReadyMail
        let reason: String
        /// How long to wait before it is tried again.
        var wait = TimeSpan.zero
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
                bucket: relay.rate.map { Self.emptyBucket($0, at: now) },
                health: RelayHealth(rest: options.relayRest))
        }
        state = Monitor(
            State(bucket: options.rate.map { Self.emptyBucket($0, at: now) }, relays: lanes))
        let relayRates = options.relays.map { $0.rate?.perSecond ?? .infinity }
        let rate = min(options.rate?.perSecond ?? .infinity, relayRates.reduce(0, +))
        let sessions = options.relays.reduce(0) { $0 + $1.sessions }
        let most = min(options.places, OpenSession.depth * sessions + Self.reserve)
        limit = Int(min(Double(most), max(1, rate.rounded(.up))))
    }

    /// An earlier run may have used the burst a moment ago, so a start never has one.
    private static func emptyBucket(_ rate: Rate, at now: Uptime) -> TokenBucket {
        var bucket = TokenBucket(rate, at: now)
        _ = bucket.take(bucket.burst, at: now)
        return bucket
    }

    /// Has `waker` called whenever there may be something to do for who takes.
    func wake(with waker: @escaping @Sendable () -> Void) {
        state.withLock { $0.waker = waker }
    }

    func put(_ mails: [ReadyMail]) {
        guard !mails.isEmpty else { return }
        let now = surroundings.uptime()
        change { state in
            for mail in mails { put(mail, &state, now) }
        }
    }

    private func put(_ mail: ReadyMail, _ state: inout State, _ now: Uptime) {
        if let reason = state.rules.objection(to: mail, at: now) {
            return state.returned.append(Returned(mail: mail, reason: reason))
        }
        if let pace = state.paces[mail.destination] {
            let ahead =
                state.urgent.count(of: mail.destination)
                + (mail.isUrgent ? 0 : state.bulk.count(of: mail.destination))
            let wait = pace.expectedTime(behind: ahead, at: now) - now
            if wait > Self.patience {
                let reason = Self.waiting(for: mail.destination)
                return state.returned.append(Returned(mail: mail, reason: reason, wait: wait))
            }
        }
        if mail.isUrgent { state.urgent.append(mail) } else { state.bulk.append(mail) }
    }

    /// Why a delivery is put off; the same words each time, by which it is found again.
    static func waiting(for destination: String) -> String { "waits for \(destination)" }

    private func change(_ body: (inout State) -> Void) {
        let waker = state.withLock { state in
            body(&state)
            return state.waker
        }
        waker()
    }

    var count: Int { state.withLock { $0.count } }

    /// Takes the next message that may go over this relay now.
    func take(_ relay: Int) -> ReadyMail? {
        let now = surroundings.uptime()
        return state.withLock { state in
            guard state.count > 0, state.bucket?.available(at: now) != 0,
                state.relays[relay].isFree(at: now),
                let mail = state.urgent.take(state.paces, at: now)
                    ?? state.bulk.take(state.paces, at: now)
            else { return nil }
            _ = state.bucket?.take(at: now)
            _ = state.relays[relay].bucket?.take(at: now)
            notePassing(mail, &state, now)
            return mail
        }
    }

    private func notePassing(_ mail: ReadyMail, _ state: inout State, _ now: Uptime) {
        if state.paces[mail.destination] == nil, state.paces.count >= Self.paceLimit {
            state.paces = state.paces.filter { $0.value.rate != nil || $0.value.isResting(at: now) }
            if state.paces.count >= Self.paceLimit { return }
        }
        state.paces[mail.destination, default: DestinationPace()].take(at: now)
    }

    /// Takes a message that may not go: its mailing or the station stopped, it waited too long, or
    /// its destination lets it wait.
    func takeBack() -> Returned? {
        let now = surroundings.uptime()
        return state.withLock { state in
            if now >= state.nextSweep { sweep(&state, now) }
            return state.returned.popFirst()
        }
    }

    private func sweep(_ state: inout State, _ now: Uptime) {
        state.nextSweep = now + .seconds(1)
        let rules = state.rules
        let isWanted = { (mail: ReadyMail) in rules.objection(to: mail, at: now) != nil }
        for mail in state.urgent.remove(where: isWanted) + state.bulk.remove(where: isWanted) {
            let reason = rules.objection(to: mail, at: now) ?? ""
            state.returned.append(Returned(mail: mail, reason: reason))
        }
    }

    /// Whether `take` would give something.
    func hasWork(for relay: Int) -> Bool {
        let now = surroundings.uptime()
        return state.withLock { state in
            state.count > 0 && state.bucket?.available(at: now) != 0
                && state.relays[relay].isFree(at: now)
                && (state.urgent.hasFree(state.paces, at: now)
                    || state.bulk.hasFree(state.paces, at: now))
        }
    }

    /// When time alone may make a message takeable.
    func wakeTime(_ relay: Int, _ now: Uptime) -> Uptime {
        state.withLock { state in
            let lane = state.relays[relay]
            let times = [
                state.bucket?.nextToken, lane.bucket?.nextToken,
                lane.health.isResting(at: now) ? lane.health.restsUntil : nil,
                [state.urgent, state.bulk].compactMap { $0.freeAt(state.paces, now) }.min(),
            ]
            let latest = times.compactMap { $0 }.max() ?? .zero
            return latest > now ? latest : Uptime(nanoseconds: .max)
        }
    }

    // MARK: - Destinations

    /// Learns from how a message ended.
    func heard(_ mail: ReadyMail, _ outcome: Outcome) {
        let now = surroundings.uptime()
        let news: String? = state.withLock { state in
            let destination = mail.destination
            switch outcome {
            case .accepted:
                state.paces[destination]?.accepted()
                return nil
            case .deferred(_, let reply) where Self.isComplaint(reply):
                let before = state.paces[destination]?.rate
                state.paces[destination, default: DestinationPace()].complained(
                    reply.description, at: now)
                guard let rate = state.paces[destination]?.rate, rate != before else { return nil }
                return "slowed to \(rate): \(reply)"
            case .refused(_, let reply) where reply.status?.subject == 7:
                let rests = state.paces[destination, default: DestinationPace()].refusedByPolicy(
                    reply.description, at: now)
                return rests ? "rests for \(DestinationPace.policyRest): \(reply)" : nil
            case .unsent:
                state.paces[destination]?.giveBack()
                return nil
            default: return nil
            }
        }
        if let news { surroundings.log(.warning, "destination \(mail.destination): \(news)") }
    }

    /// "Slow down": policy or security as the reason (RFC 3463 §3.8), or a 421 that gives none. Any
    /// other 421 speaks of the relay.
    private static func isComplaint(_ reply: SMTPReply) -> Bool {
        reply.status.map { $0.subject == 7 } ?? (reply.code == 421)
    }

    /// Carries out what an operator says of a destination.
    func order(_ order: DestinationOrder, _ destination: String) {
        let now = surroundings.uptime()
        change { state in
            var pace = state.paces[destination] ?? DestinationPace()
            switch order {
            case .slow(let rate): pace.slow(to: rate, at: now)
            case .rest: pace.rest()
            case .resume: pace.resume()
            }
            state.paces[destination] = pace
        }
    }

    /// Destinations that have a rate, rest, or have mail waiting here; by name.
    var destinations: [SendingStatus.DestinationStatus] {
        let now = surroundings.uptime()
        let (paces, urgent, bulk) = state.withLock { ($0.paces, $0.urgent, $0.bulk) }
        let slow = paces.filter { $0.value.rate != nil || $0.value.isResting(at: now) }.map(\.key)
        let names = Set(slow + Array(urgent.destinations) + Array(bulk.destinations))
        return names.sorted().map { name in
            SendingStatus.DestinationStatus(
                name: name, ready: urgent.count(of: name) + bulk.count(of: name),
                rate: paces[name]?.rate, isResting: paces[name]?.isResting(at: now) ?? false,
                reason: paces[name]?.reason)
        }
    }

    // MARK: - Mailings and relays

    /// Says which mailings may go from now on.
    func setRunning(_ mailings: Set<Int64>) {
        let changed = state.withLock { $0.rules.running != mailings }
        guard changed else { return }
        change { state in
            state.rules.running = mailings
            state.nextSweep = .zero
        }
    }

    func stop() {
        change { state in
            state.rules.isStopping = true
            state.nextSweep = .zero
        }
    }

    var isStopping: Bool { state.withLock { $0.rules.isStopping } }

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

    /// Whether the last that was heard of a relay is bad: then one connection at a time tries.
    func isOnTrial(_ relay: Int) -> Bool {
        state.withLock { $0.relays[relay].health.reason != nil }
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
