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

    struct State {
        var mails = Shelves()
        /// What may not go, to be given back.
        var returned = Fifo<Returned>()
        var paces = DestinationPaces()
        var bucket: TokenBucket?
        var relays: [Lane]
        var shares: RelayShares
        var rules = Rules()
        /// Messages that came here, by mailing and destination.
        var tally: [Int64: [String: Int]] = [:]
        /// How many orders of an operator were carried out.
        var orders = 0
        /// Destinations that have begun to rest by themselves since somebody asked.
        var rested: Set<String> = []
        var nextSweep = Uptime.zero
        var waker: @Sendable () -> Void = {}

        var count: Int { mails.count }
    }

    /// What may not go at all, whatever relay and destination say.
    struct Rules {
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

    struct Lane {
        var bucket: TokenBucket?
        var health: RelayHealth
        var warmUp: WarmUpMeter?
        var sessions = 0
        /// Messages that its open sessions would take at once.
        var room = 0

        func isFree(at now: Uptime) -> Bool {
            !health.isResting(at: now) && bucket?.available(at: now) != 0
                && warmUp?.left(at: now) != 0
        }
    }

    /// A message that leaves the outbox unsent.
    struct Returned {
        let mail: ReadyMail
        let reason: String
        /// How long to wait before it is tried again.
        var wait = TimeSpan.zero
    }

    let state: Monitor<State>
    let surroundings: Surroundings
    /// How many messages are composed ahead: no more than the sessions take at once and a reserve,
    /// since each is held in memory, and no more than a second's worth where a rate limits.
    let limit: Int

    init(_ options: SendingOptions, _ surroundings: Surroundings) {
        self.surroundings = surroundings
        let now = surroundings.uptime()
        let lanes = options.relays.map { relay in
            Lane(
                bucket: relay.rate.map { TokenBucket($0, isFull: false, at: now) },
                health: RelayHealth(rest: options.relayRest),
                warmUp: relay.warmUp.map { WarmUpMeter($0) })
        }
        state = Monitor(
            State(
                bucket: options.rate.map { TokenBucket($0, isFull: false, at: now) },
                relays: lanes, shares: RelayShares(weights: options.relays.map(\.weight))))
        let relayRates = options.relays.map { $0.rate?.perSecond ?? .infinity }
        let rate = min(options.rate?.perSecond ?? .infinity, relayRates.reduce(0, +))
        let sessions = options.relays.reduce(0) { $0 + $1.sessions }
        let most = min(options.places, OpenSession.depth * sessions + Self.reserve)
        limit = Int(min(Double(most), max(1, rate.rounded(.up))))
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
        state.count(mail)
        shelve(mail, &state, now)
    }

    /// Keeps a message until a session takes it, unless its destination lets it wait for too long.
    func shelve(_ mail: ReadyMail, _ state: inout State, _ now: Uptime) {
        if state.paces.limited.contains(mail.destination),
            let pace = state.paces[mail.destination]
        {
            let ahead = state.mails.count(of: mail.destination, from: mail.turn)
            let wait = pace.expectedTime(behind: ahead, at: now) - now
            if wait > Self.patience {
                let reason = Self.waiting(for: mail.destination)
                return state.returned.append(Returned(mail: mail, reason: reason, wait: wait))
            }
        }
        state.mails.append(mail)
    }

    /// Why a delivery is put off; the same words each time, by which it is found again.
    static func waiting(for destination: String) -> String { "waits for \(destination)" }

    func change(_ body: (inout State) -> Void) {
        let waker = state.withLock { state in
            body(&state)
            return state.waker
        }
        waker()
    }

    var count: Int { state.withLock { $0.count } }

    /// Takes the next message that may go over this relay now and whose destination is wanted.
    func take(
        _ relay: Int, where isWanted: (Candidate) -> Bool = { _ in true }
    ) -> ReadyMail? {
        let now = surroundings.uptime()
        return state.withLock { state in
            guard state.count > 0, state.bucket?.available(at: now) != 0,
                state.relays[relay].isFree(at: now), state.mayTake(relay, at: now)
            else { return nil }
            guard let mail = state.mails.take(relay, state.paces, at: now, where: isWanted) else {
                // Others need not wait for one that nothing here is for.
                state.relays[relay].room = 0
                return nil
            }
            _ = state.bucket?.take(at: now)
            state.noteTaken(relay, at: now)
            notePassing(mail, &state, now)
            return mail
        }
    }

    private func notePassing(_ mail: ReadyMail, _ state: inout State, _ now: Uptime) {
        if state.paces.changeKnown(mail.destination, { $0.take(at: now) }) { return }
        if state.paces.count >= Self.paceLimit {
            state.paces.forgetFree(at: now)
            if state.paces.count >= Self.paceLimit { return }
        }
        state.paces.change(mail.destination) { $0.take(at: now) }
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
        for mail in state.mails.remove(where: isWanted) {
            let reason = rules.objection(to: mail, at: now) ?? ""
            state.returned.append(Returned(mail: mail, reason: reason))
        }
    }

    /// Whether `take` would give something.
    func hasWork(
        for relay: Int, where isWanted: (Candidate) -> Bool = { _ in true }
    ) -> Bool {
        let now = surroundings.uptime()
        return state.withLock { state in
            state.count > 0 && state.bucket?.available(at: now) != 0
                && state.relays[relay].isFree(at: now)
                && state.mails.hasFree(relay, state.paces, at: now, where: isWanted)
        }
    }

    /// When time alone may make a message takeable.
    func wakeTime(_ relay: Int, _ now: Uptime) -> Uptime {
        state.withLock { state in
            let lane = state.relays[relay]
            let times = [
                state.bucket?.nextToken, lane.bucket?.nextToken,
                lane.health.isResting(at: now) ? lane.health.restsUntil : nil,
                lane.warmUp?.freeAt(now), state.mails.freeAt(relay, state.paces, now),
            ]
            let latest = times.compactMap { $0 }.max() ?? .zero
            return latest > now ? latest : Uptime(nanoseconds: .max)
        }
    }

    // MARK: - Destinations

    /// Learns from how a message ended.
    ///
    /// - Parameter slow: when a reply that spoke of its destination was overdue.
    func heard(_ mail: ReadyMail, _ outcome: Outcome, slow: SlowMessage? = nil) {
        let now = surroundings.uptime()
        let news: String? = state.withLock { state in
            let destination = mail.destination
            if let slow {
                state.paces.limit(destination) {
                    $0.keptWaiting(slow.wait, pause: slow.pause, at: now)
                }
            }
            state.paces.changeKnown(destination) { pace in
                pace.ended()
                if slow == nil, outcome.isAnswer { pace.answeredInTime() }
                switch outcome {
                case .accepted: pace.accepted()
                case .unsent: pace.giveBack()
                case .deferred, .refused, .inDoubt: break
                }
            }
            switch outcome {
            case .deferred(_, let reply) where Self.isComplaint(reply):
                return state.complained(destination, reply.description, at: now)
            case .refused(_, let reply) where reply.status?.subject == 7:
                return state.refusedByPolicy(destination, reply.description, at: now)
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
            state.paces.limit(destination) { pace in
                switch order {
                case .slow(let rate): pace.slow(to: rate, at: now)
                case .rest: pace.rest(at: now)
                case .resume: pace.resume()
                }
            }
            state.orders += 1
        }
    }

    /// Destinations that have a rate, rest, or have mail waiting here; by name.
    var destinations: [SendingStatus.DestinationStatus] {
        let now = surroundings.uptime()
        let clock = surroundings.clock()
        let (paces, mails) = state.withLock { ($0.paces, $0.mails) }
        let slow = Set(paces.limited.filter { paces[$0]?.isLimited(at: now) ?? false })
        return slow.union(mails.destinations).sorted().map { name in
            let pace = paces[name]
            let slowSince = pace?.answersSlowlySince(at: now)
            return SendingStatus.DestinationStatus(
                name: name, ready: mails.count(of: name), rate: pace?.rate,
                isResting: pace?.isResting(at: now) ?? false,
                answersSlowly: slowSince != nil,
                reason: pace?.reason ?? slowSince.map { _ in Self.slowness },
                since: (pace?.since ?? slowSince).map { clock - (now - $0) },
                next: pace?.freeAt(now).flatMap { Self.instant($0, now, clock) },
                warmUp: pace?.warmUp?.left(at: now).map(Int.init(clamping:)))
        }
    }

    // MARK: - Mailings and relays

    /// Says which mailings may go from now on.
    func setRunning(_ mailings: Set<Int64>) {
        let changed = state.withLock { $0.rules.running != mailings }
        guard changed else { return }
        change { state in
            state.rules.running = mailings
            state.tally = state.tally.filter { mailings.contains($0.key) }
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

    func failed(_ relay: Int, _ reason: String, _ kind: RelayHealth.Failure) {
        let now = surroundings.uptime()
        let random = surroundings.random()
        state.withLock {
            $0.relays[relay].health.failed(reason, kind, at: now, random: random)
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
}
