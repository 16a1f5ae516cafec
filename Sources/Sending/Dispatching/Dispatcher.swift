internal import Core
internal import Store
internal import Threads

/// Claims due deliveries of all running mailings in turn, ends mailings that are through, and stops
/// those that skip too many. One thread.
final class Dispatcher {
    /// What one mailing may claim before the next has its turn.
    static let batch = 64

    private let store: Store
    private let reader: ReadAccess
    private let composer: any Composer
    private let queue: RenderQueue
    private let outbox: Outbox
    private let places: Places
    private let surroundings: Surroundings
    private let beat: @Sendable () -> Void
    private var versions: [Int64: VersionRecord] = [:]
    private var limits: [Int64: SkipLimit] = [:]
    /// Up to where each mailing's waiting deliveries have been claimed since the last look at all of
    /// them: what is claimed stays due until its intent is durable, and need not be read again.
    private var passed: [Int64: DuePlace] = [:]
    private var nextLookAtAll = Uptime.zero
    /// The latest time the clock told; nil before the first look.
    private var latest: Instant?

    init(
        store: Store, reader: ReadAccess, composer: any Composer, queue: RenderQueue,
        outbox: Outbox, places: Places, surroundings: Surroundings,
        beat: @escaping @Sendable () -> Void
    ) {
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
            do {
                try followClock()
                if try dispatch() {
                    places.waitForPlaces(
                        batch: RenderQueue.chunk, limit: outbox.limit, milliseconds: 5)
                } else {
                    places.waitForNudge(milliseconds: 100)
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

    /// One turn over all running mailings; whether anything was claimed.
    private func dispatch() throws -> Bool {
        let running = try reader.mailings(in: .running)
        let now = surroundings.uptime()
        if now >= nextLookAtAll {
            passed = [:]
            nextLookAtAll = now + .seconds(1)
        }
        outbox.setRunning(Set(running.map(\.id)))
        var hasClaimed = false
        // Those that triggers start go first: a person waits for them.
        let ordered =
            running.filter { $0.runningVersion == nil }
            + running.filter { $0.runningVersion != nil }
        for mailing in ordered where !outbox.isStopping {
            if try isStoppedForSkipping(mailing) { continue }
            if outbox.hasRelay, try claim(mailing) {
                hasClaimed = true
            } else if mailing.isPlanned {
                try endIfDone(mailing)
            }
        }
        return hasClaimed
    }

    private func claim(_ mailing: MailingRecord) throws -> Bool {
        let inFlight = places.count - places.freeCount
        let room = min(Self.batch, places.freeCount, outbox.limit - inFlight)
        guard room > 0 else { return inFlight > 0 }
        // What falls due before that place (it was given back, or its transaction ended later) is
        // seen when the end is reached, or within a second.
        let start = passed[mailing.id]
        let claimed = start == nil ? places.claimed(of: mailing.id) : []
        let most = room + claimed.count
        let due = try reader.dueDeliveries(
            mailing: mailing.id, at: surroundings.clock(), after: start ?? .start, limit: most)
        var items: [RenderQueue.Item] = []
        for delivery in due where items.count < room && !claimed.contains(delivery.id) {
            guard let version = try version(delivery.version),
                let place = places.claim(delivery.id, of: mailing.id)
            else { continue }
            items.append(RenderQueue.Item(delivery: delivery, version: version, place: place))
        }
        passed[mailing.id] = due.count < most ? nil : items.last?.delivery.duePlace
        guard queue.put(items) else {
            places.release(items.map { ($0.place, $0.delivery.id, $0.delivery.mailing) })
            return false
        }
        return !items.isEmpty
    }

    private func version(_ id: Int64) throws -> VersionRecord? {
        if let known = versions[id] { return known }
        if versions.count > 64 { versions = [:] }
        let found = try reader.version(id)
        versions[id] = found
        return found
    }

    private func endIfDone(_ mailing: MailingRecord) throws {
        guard mailing.runningVersion != nil, places.claimed(of: mailing.id).isEmpty,
            try reader.nextDue(mailing: mailing.id) == nil
        else { return }
        let now = surroundings.clock()
        if try store.write(.control, { try $0.finishIfDone(mailing.id, at: now) }) {
            surroundings.log(.notice, "mailing \(mailing.name) is finished")
        }
    }

    private func isStoppedForSkipping(_ mailing: MailingRecord) throws -> Bool {
        guard let version = mailing.runningVersion else { return false }
        let counts = try reader.deliveryCounts(mailing: mailing.id)
        guard counts[.skipped] != nil || counts[.held] != nil,
            let objection = try limit(of: version)?.objection(counts)
        else { return false }
        surroundings.log(.warning, "mailing \(mailing.name) is paused: \(objection)")
        try store.write(.control) { access in
            guard try access.mailing(mailing.id)?.state == .running else { return }
            try access.pause(mailing.name, reason: objection)
        }
        return true
    }

    private func limit(of version: Int64) throws -> SkipLimit? {
        if let known = limits[version] { return known }
        guard let record = try self.version(version) else { return nil }
        let limit = try composer.terms(of: record).skipLimit
        limits[version] = limit
        return limit
    }
}
