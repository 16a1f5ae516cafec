internal import Core
internal import Pacing
internal import Store
internal import Threads

/// Claims due deliveries of all running mailings in turn, ends mailings that are through, and stops
/// those that skip too many. One thread.
final class Dispatcher {
    /// What one mailing may claim before the next has its turn.
    static let batch = 2 * RenderQueue.chunk

    let store: Store
    let reader: ReadAccess
    private let composer: any Composer
    private let queue: RenderQueue
    private let outbox: Outbox
    private let places: Places
    let surroundings: Surroundings
    private let beat: @Sendable () -> Void
    private var versions: [Int64: VersionRecord] = [:]
    private var terms: [Int64: MailingTerms] = [:]
    private let postponer: Postponer
    private let routes: Routes
    /// Where a mailing says nothing else.
    let lifetime: TimeSpan
    /// The hours where a mailing says nothing else.
    let hours: SendWindow?
    /// What caps and hours say in this turn.
    var fairness = FairnessInTurn()
    private var order = ClaimOrder()
    private var rates = MailingRates()
    private var nextExpiry = Uptime.zero
    /// Up to where each mailing's waiting deliveries have been claimed since the last look at all of
    /// them: what is claimed stays due until its intent is durable, and need not be read again.
    private var passed: [Int64: DuePlace] = [:]
    private var nextLookAtAll = Uptime.zero
    /// The latest time the clock told; nil before the first look.
    private var latest: Instant?

    /// How often deliveries are looked for that grow too old while no relay takes them.
    private static let expiryInterval = TimeSpan.seconds(10)

    init(
        store: Store, reader: ReadAccess, composer: any Composer, queue: RenderQueue,
        outbox: Outbox, places: Places, options: SendingOptions, surroundings: Surroundings,
        beat: @escaping @Sendable () -> Void
    ) {
        postponer = Postponer(
            store: store, reader: reader, outbox: outbox, destinations: options.destinations,
            surroundings: surroundings)
        routes = Routes(options.relays)
        lifetime = options.retry.lifetime
        hours = options.hours
        self.store = store
        self.reader = reader
        self.composer = composer
        self.queue = queue
        self.outbox = outbox
        self.places = places
        self.surroundings = surroundings
        self.beat = beat
    }

    func run() {
        while !outbox.isStopping {
            beat()
            let nudges = places.nudges
            do {
                try followClock()
                if try dispatch() {
                    places.waitForPlaces(
                        batch: RenderQueue.chunk, limit: capacity(for: .normal), milliseconds: 5)
                } else {
                    places.waitForNudge(
                        since: nudges, milliseconds: rates.isEmpty ? 100 : 20)
                }
            } catch {
                surroundings.log(.error, "cannot look for due mail: \(error)")
                places.waitForNudge(milliseconds: 1000)
            }
        }
    }

    /// At the start, and when the wall clock was set back: what was put off by the later time must
    /// not wait for it to come again.
    private func followClock() throws {
        let now = surroundings.clock()
        defer { latest = max(now, latest ?? now) }
        if let latest, now >= latest - .seconds(2) { return }
        var total = 0
        while !outbox.isStopping {
            let moved = try store.write(.bulk) { try $0.followClock(at: now, limit: 2000) }
            total += moved
            if moved == 0 { break }
        }
        latest = now
        if total > 0 {
            surroundings.log(
                .warning, "the clock was set back: \(total) deliveries that waited for it go on")
        }
    }

    /// One turn over all running mailings; whether there may be more to do at once.
    private func dispatch() throws -> Bool {
        let running = try reader.mailings(in: .running)
        let now = surroundings.uptime()
        let looksAtAll = now >= nextLookAtAll
        if looksAtAll {
            passed = [:]
            nextLookAtAll = now + .seconds(1)
        }
        outbox.setRunning(Set(running.map(\.id)))
        rates.keep(Set(running.map(\.id)))
        var hasWork = false
        let hasRested = outbox.takeRested()
        let stalls = outbox.stalls
        let isExpiring = now >= nextExpiry
        if isExpiring { nextExpiry = now + Self.expiryInterval }
        try look(at: running)
        for (turn, _, mailing) in order.sorted(try running.map { (try turn(of: $0), $0.id, $0) })
        where !outbox.isStopping {
            if try isStoppedForSkipping(mailing) { continue }
            if try endAtDeadline(mailing) {
                try endIfDone(mailing)
                continue
            }
            if looksAtAll { try tendFirstPart(mailing) }
            if hasRested, let objection = outbox.restObjection(mailing.id) {
                try pause(mailing, objection)
                continue
            }
            switch outbox.condition(of: routes.route(from: try terms(of: mailing).senderDomain)) {
            case .open:
                switch try claim(mailing, turn, stalls) {
                case .some:
                    hasWork = true
                    order.served(mailing.id, turn)
                case .full: hasWork = true
                case .none: try endIfDone(mailing)
                }
            case .resting where isExpiring:
                try expire(mailing)
                try endIfDone(mailing)
            default: try endIfDone(mailing)
            }
        }
        return hasWork
    }

    /// What came of claiming.
    private enum Claim {
        case some
        /// There is no place, and there will be.
        case full
        case none
    }

    /// How many places may be taken when a mailing claims more: prompt mail has some to itself, so
    /// that it never waits until others have left.
    private func capacity(for turn: Turn) -> Int {
        let reserve = max(4, outbox.limit / 8)
        return turn == .prompt
            ? outbox.limit + reserve : max(1, min(outbox.limit, places.count - reserve))
    }

    private func claim(
        _ mailing: MailingRecord, _ turn: Turn, _ stalls: [String: Outbox.Stall]
    ) throws -> Claim {
        let inFlight = places.count - places.freeCount
        var room = min(Self.batch, places.freeCount, capacity(for: turn) - inFlight)
        guard room > 0 else { return inFlight > 0 ? .full : .none }
        let now = surroundings.uptime()
        let rate = try terms(of: mailing).rate
        let underWay = rate == nil ? 0 : places.claimed(of: mailing.id).count
        room = min(room, rates.room(mailing.id, rate: rate, underWay: underWay, at: now))
        guard room > 0 else { return .none }
        // What falls due before that place (it was given back, or its transaction ended later) is
        // seen when the end is reached, or within a second.
        let start = stalls.isEmpty ? passed[mailing.id] : nil
        let claimed = start == nil ? places.claimed(of: mailing.id) : []
        let most = (stalls.isEmpty ? room : max(room, postponer.batch)) + claimed.count
        var due = try reader.dueDeliveries(
            mailing: mailing.id, at: surroundings.clock(), after: start ?? .start, limit: most)
        let isEnd = due.count < most
        due.removeAll { claimed.contains($0.id) }
        var hasPutOff = false
        if !stalls.isEmpty {
            (due, hasPutOff) = try postponer.sift(due, room: room, stalls)
        }
        var items: [RenderQueue.Item] = []
        let turnTerms = due.isEmpty ? nil : try sendTerms(of: mailing, turn)
        var last: (version: VersionRecord, turn: Turn, route: Route)?
        for delivery in due.prefix(room) {
            if last?.version.id != delivery.version {
                last = try version(delivery.version).map { version in
                    let terms = try terms(of: version)
                    return (
                        version, Turn(terms.priority, isTriggered: version.isTriggered),
                        routes.route(from: terms.senderDomain)
                    )
                }
            }
            guard let last, let place = places.claim(delivery.id, of: mailing.id) else { continue }
            items.append(
                RenderQueue.Item(
                    delivery: delivery, version: last.version, place: place, turn: last.turn,
                    route: last.route, terms: turnTerms))
        }
        passed[mailing.id] =
            isEnd || !stalls.isEmpty ? nil : items.last?.delivery.duePlace
        guard queue.put(items) else {
            places.release(items.map { ($0.place, $0.delivery.id, $0.delivery.mailing) })
            return .none
        }
        rates.took(mailing.id, items.count, at: now)
        // Behind what was put off there may be more.
        return items.isEmpty && !hasPutOff ? .none : .some
    }

    /// What was never taken by a relay grows too old for its readers all the same.
    private func expire(_ mailing: MailingRecord) throws {
        let now = surroundings.clock()
        let madeBefore = now - (try terms(of: mailing).lifetime ?? lifetime)
        // None of its deliveries is older than its release.
        if let released = mailing.released, released >= madeBefore { return }
        let total = try expireWaiting(
            mailing, madeBefore: madeBefore, reason: "its time was over before a relay took it")
        guard total > 0 else { return }
        surroundings.log(
            .warning, "mailing \(mailing.name): \(total) expired, no relay takes mail")
    }

    /// Gives up what waits, was made before an instant and has not been claimed. Returns how many.
    func expireWaiting(
        _ mailing: MailingRecord, madeBefore: Instant, isEnd: Bool = false, reason: String
    ) throws -> Int {
        let now = surroundings.clock()
        let claimed = places.claimed(of: mailing.id)
        var (total, count) = (0, 0)
        repeat {
            beat()
            count = try store.write(.bulk) { access in
                try access.expireWaiting(
                    mailing: mailing.id, madeBefore: madeBefore, isEnd: isEnd, except: claimed,
                    reason: reason, at: now)
            }
            total += count
        } while count >= WriteAccess.expiryBatch && !outbox.isStopping
        return total
    }

    /// Where a mailing stands among others; one that triggers start by what it says now.
    func turn(of mailing: MailingRecord) throws -> Turn {
        Turn(
            try terms(of: mailing).priority, isTriggered: mailing.runningVersion == nil)
    }

    func terms(of mailing: MailingRecord) throws -> MailingTerms {
        guard let id = mailing.runningVersion ?? mailing.activeVersion,
            let version = try version(id)
        else { return MailingTerms() }
        return try terms(of: version)
    }

    /// A version that cannot be read has the usual terms; its deliveries say what is wrong.
    private func terms(of version: VersionRecord) throws -> MailingTerms {
        if let known = terms[version.id] { return known }
        if terms.count > 256 { terms = [:] }
        let found = (try? composer.terms(of: version)) ?? MailingTerms()
        terms[version.id] = found
        return found
    }

    func version(_ id: Int64) throws -> VersionRecord? {
        if let known = versions[id] { return known }
        if versions.count > 64 { versions = [:] }
        let found = try reader.version(id)
        versions[id] = found
        return found
    }

    private func endIfDone(_ mailing: MailingRecord) throws {
        guard mailing.isPlanned, mailing.runningVersion != nil,
            places.claimed(of: mailing.id).isEmpty,
            try reader.nextDue(mailing: mailing.id) == nil
        else { return }
        let now = surroundings.clock()
        if try store.write(.control, { try $0.finishIfDone(mailing.id, at: now) }) {
            surroundings.log(.notice, "mailing \(mailing.name) is finished")
        }
    }

    private func isStoppedForSkipping(_ mailing: MailingRecord) throws -> Bool {
        guard mailing.runningVersion != nil else { return false }
        let counts = try reader.deliveryCounts(mailing: mailing.id)
        guard counts[.skipped] != nil || counts[.held] != nil,
            let objection = try terms(of: mailing).skipLimit.objection(counts)
        else { return false }
        try pause(mailing, objection)
        return true
    }

    private func pause(_ mailing: MailingRecord, _ objection: String) throws {
        surroundings.log(.warning, "mailing \(mailing.name) is paused: \(objection)")
        try store.write(.control) { access in
            guard try access.mailing(mailing.id)?.state == .running else { return }
            try access.pause(mailing.name, reason: objection)
        }
    }
}
