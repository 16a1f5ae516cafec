internal import Core
internal import Journal
internal import Pacing
internal import SMTP
internal import Store
internal import Threads

/// Composes messages and makes their intents durable; runs on threads of its own, one a core.
struct Renderer: Sendable {
    let store: Store
    let queue: RenderQueue
    let outbox: Outbox
    let places: Places
    let flight: FlightLog
    let destinations: DestinationGroups
    let surroundings: Surroundings
    /// Chunks in a row of which nothing could be composed or stored.
    private let failures = Monitor(0)

    func run(_ composer: any Composer, _ reader: ReadAccess) {
        WorkThread.giveWay()
        while let items = queue.next() {
            pauseAfterFailures()
            render(items, composer, reader)
        }
    }

    /// What cannot be stored (a full disk) is due again at once: without a pause we would spin.
    private func pauseAfterFailures() {
        let failures = failures.withLock { $0 }
        guard failures > 0 else { return }
        places.waitForNudge(milliseconds: min(5000, 50 << Int64(min(failures, 10))))
    }

    /// One chunk: what could be composed, and what is settled without a message.
    private struct Chunk: Sendable {
        var mails: [(item: RenderQueue.Item, mail: ComposedMail)] = []
        var settled: [(item: RenderQueue.Item, state: DeliveryState, reason: String)] = []
        /// Outside of their hours: not worth composing now.
        var early: [RenderQueue.Item] = []
        /// They stay as they are and are tried again later.
        var failed: [RenderQueue.Item] = []
    }

    /// Coupon pools that one message may print codes of.
    private static let poolLimit = 10

    private func render(
        _ items: [RenderQueue.Item], _ composer: any Composer, _ reader: ReadAccess
    ) {
        let now = surroundings.clock()
        var chunk = Chunk()
        var open = items
        // Each round takes one code a person and pool; whose message still asks then is tried later.
        for _ in 0...Self.poolLimit where !open.isEmpty {
            var wanted: [(item: RenderQueue.Item, pool: String)] = []
            do {
                try reader.together {
                    for item in open { compose(item, composer, reader, &chunk, &wanted, at: now) }
                }
            } catch {
                surroundings.log(.error, "profiles cannot be read, trying again: \(error)")
                chunk.failed += open
            }
            open = takeCoupons(wanted, &chunk, at: now)
        }
        chunk.failed += open
        guard chunk.failed.count < items.count else {
            failures.withLock { $0 += 1 }
            return release(chunk.failed)
        }
        commit(chunk, at: now)
    }

    private func compose(
        _ item: RenderQueue.Item, _ composer: any Composer, _ reader: ReadAccess,
        _ chunk: inout Chunk, _ wanted: inout [(item: RenderQueue.Item, pool: String)],
        at now: Instant
    ) {
        do {
            if try isEarly(item, reader, at: now) { return chunk.early.append(item) }
            switch try composer.compose(item.delivery, of: item.version, in: reader, at: now) {
            case .mail(let mail): chunk.mails.append((item, mail))
            case .skip(let reason): chunk.settled.append((item, .skipped, reason))
            case .hold(let reason): chunk.settled.append((item, .held, reason))
            case .coupon(let pool): wanted.append((item, pool))
            }
        } catch {
            surroundings.log(.error, "delivery \(item.delivery.id) not composed: \(error)")
            chunk.failed.append(item)
        }
    }

    /// Whether its hours forbid a message at this time; the writer decides again, in the order of
    /// all checks.
    private func isEarly(
        _ item: RenderQueue.Item, _ reader: ReadAccess, at now: Instant
    ) throws -> Bool {
        guard let terms = item.terms, item.version.kind == .marketing, !item.delivery.isProof else {
            return false
        }
        return try reader.opening(for: item.delivery.profile, terms, at: now) != nil
    }

    /// Binds codes to deliveries, durably, before their messages are made: after a crash the person
    /// still has hers. Returns those that got one. A mailing whose pool is empty is paused.
    private func takeCoupons(
        _ wanted: [(item: RenderQueue.Item, pool: String)], _ chunk: inout Chunk, at now: Instant
    ) -> [RenderQueue.Item] {
        guard !wanted.isEmpty else { return [] }
        let asked = wanted.map { (delivery: $0.item.delivery, pool: $0.pool) }
        let taken: [Bool]
        do {
            taken = try store.write(.results) { access in
                try asked.map { delivery, pool in
                    let isTaken = try access.takeCoupon(pool, for: delivery.id, at: now)
                    if !isTaken { try Self.pause(delivery.mailing, pool, access) }
                    return isTaken
                }
            }
        } catch {
            surroundings.log(.error, "no coupons taken, trying again: \(error)")
            chunk.failed += wanted.map(\.item)
            return []
        }
        let short = zip(wanted, taken).filter { !$1 }.map(\.0)
        for pool in Set(short.map(\.pool)) {
            surroundings.log(.warning, "the coupon pool \(pool) is empty: its mailings are paused")
        }
        chunk.failed += short.map(\.item)
        return zip(wanted, taken).filter(\.1).map(\.0.item)
    }

    private static func pause(
        _ mailing: Int64, _ pool: String, _ access: WriteAccess
    ) throws {
        guard let record = try access.mailing(mailing), record.state == .running else { return }
        try access.pause(
            record.name,
            reason: "the coupon pool \(pool) has no code left: import more, then resume")
    }

    private func commit(_ chunk: Chunk, at now: Instant) {
        let intents = chunk.mails.map { item, mail in
            Intent(
                delivery: item.delivery.id, place: item.place, choices: mail.choices,
                mergeRow: mail.mergeRow, coupons: mail.coupons,
                terms: item.terms)
        }
        let (settled, early) = (chunk.settled, chunk.early)
        store.submit(.results) { access -> [IntentAnswer] in
            for one in settled {
                // An operator may have cancelled it meanwhile; then that stands.
                guard let found = try access.delivery(one.item.delivery.id),
                    found.state.mayBecome(one.state)
                else { continue }
                try access.settle(found.id, one.state, reason: one.reason, at: now)
            }
            for item in early { _ = try access.admit(item.delivery.id, item.terms, at: now) }
            return try access.commit(intents, at: now)
        } done: { result in
            switch result {
            case .success(let answers):
                failures.withLock { $0 = 0 }
                ready(chunk, answers)
            case .failure(let error):
                failures.withLock { $0 += 1 }
                surroundings.log(.error, "intents not stored, trying again: \(error)")
                release(chunk.mails.map(\.item) + chunk.settled.map(\.item) + chunk.early)
            }
            release(chunk.failed)
        }
    }

    /// On the writer's thread, after the commit.
    private func ready(_ chunk: Chunk, _ answers: [IntentAnswer]) {
        let since = surroundings.uptime()
        var mails: [ReadyMail] = []
        var rest = chunk.settled.map(\.item) + chunk.early
        for ((item, mail), answer) in zip(chunk.mails, answers) {
            guard answer == .go else {
                rest.append(item)
                continue
            }
            let id = item.delivery.id
            flight.begin(place: item.place, delivery: id, attempt: item.delivery.attempts + 1)
            mails.append(
                ReadyMail(
                    delivery: item.delivery, place: item.place,
                    mail: Mail(
                        tag: id, sender: mail.sender, recipient: mail.recipient,
                        message: mail.message, envelopeID: mail.envelopeID),
                    destination: destinations.destination(of: mail.recipient.domain),
                    turn: item.turn, route: item.route, since: since))
        }
        outbox.put(mails)
        release(rest)
    }

    func release(_ items: [RenderQueue.Item]) {
        places.release(items.map { ($0.place, $0.delivery.id, $0.delivery.mailing) })
    }
}
