internal import Core
internal import Journal
internal import Store
internal import Threads

/// Makes outcomes durable and only then gives their places back. One thread.
final class ResultWriter {
    private let store: Store
    private let reader: ReadAccess
    private let composer: any Composer
    private let queue: ResultQueue
    private let places: Places
    private let flight: FlightLog
    private let retry: RetryPolicy
    private let surroundings: Surroundings
    /// What is to be durable with the results besides: settings by their names.
    private let standing: @Sendable () -> [String: String]
    /// Of these, what is durable.
    private var kept: [String: String] = [:]
    private let count: @Sendable ([EndedAttempt]) -> Void
    /// Whether it is worth trying a failing store once more.
    private let mayWait: @Sendable () -> Bool
    private var terms: [Int64: MailingTerms] = [:]

    init(
        store: Store, reader: ReadAccess, composer: any Composer, queue: ResultQueue,
        places: Places, flight: FlightLog, retry: RetryPolicy, surroundings: Surroundings,
        standing: @escaping @Sendable () -> [String: String],
        count: @escaping @Sendable ([EndedAttempt]) -> Void,
        mayWait: @escaping @Sendable () -> Bool
    ) {
        self.store = store
        self.reader = reader
        self.composer = composer
        self.queue = queue
        self.places = places
        self.flight = flight
        self.retry = retry
        self.surroundings = surroundings
        self.standing = standing
        self.count = count
        self.mayWait = mayWait
    }

    func run() {
        while let batch = queue.next() { commit(batch) }
    }

    private func commit(_ batch: [EndedAttempt]) {
        var wait: Int64 = 100
        while true {
            do {
                try write(batch)
                return free(batch)
            } catch StoreError.refused(let reason) {
                surroundings.log(.error, "a result does not fit the ledger: \(reason)")
                return commitOneByOne(batch)
            } catch {
                // A full disk: the places stay taken, so sending stops by itself until it is better.
                surroundings.log(.error, "results not stored, trying again: \(error)")
                guard mayWait(), (error as? StoreError) != .closed else { return }
                places.waitForNudge(milliseconds: wait)
                wait = min(5000, wait * 2)
            }
        }
    }

    /// One row that does not fit must not take the others with it.
    private func commitOneByOne(_ batch: [EndedAttempt]) {
        guard batch.count > 1 else { return free(batch) }
        for one in batch { commit([one]) }
    }

    private func write(_ batch: [EndedAttempt]) throws {
        let now = surroundings.clock()
        let results = batch.map { result(of: $0, at: now) }
        let doubtful = Set(
            batch.compactMap { one -> Int64? in
                guard case .inDoubt = one.outcome, resends(one) else { return nil }
                return one.ready.delivery.mailing
            })
        let mailings = Set(batch.map(\.ready.delivery.mailing))
        let (standing, kept) = (standing, kept)
        let (alerts, news) = try store.write(.results) { access in
            let alerts = try access.commit(results, at: now)
            // Asked here, so that nobody who keeps a later one comes before.
            let news = standing().filter { kept[$0.key] != $0.value }
            for (name, text) in news { try access.set(name, to: text) }
            for mailing in doubtful {
                guard let record = try access.mailing(mailing) else { continue }
                try access.resolveDoubt(record.name, .resend, at: now)
            }
            for mailing in mailings where try access.mailing(mailing)?.state == .cancelled {
                try Self.cancelWaiting(batch, of: mailing, access, at: now)
            }
            return (alerts, news)
        }
        self.kept.merge(news) { $1 }
        for alert in alerts {
            surroundings.log(alert.isPause ? .error : .warning, alert.text)
        }
    }

    /// A mailing that was cancelled while these were on their way: what came back waits no more.
    private static func cancelWaiting(
        _ batch: [EndedAttempt], of mailing: Int64, _ access: WriteAccess, at now: Instant
    ) throws {
        for one in batch where one.ready.delivery.mailing == mailing {
            guard let found = try access.delivery(one.ready.delivery.id),
                found.state == .queued || found.state == .deferred
            else { continue }
            try access.settle(found.id, .cancelled, reason: "the mailing was cancelled", at: now)
        }
    }

    private func result(of one: EndedAttempt, at now: Instant) -> AttemptResult {
        var policy = retry
        if let lifetime = terms(of: one)?.lifetime { policy.lifetime = lifetime }
        var result = policy.result(
            of: one.ready.delivery.id, one.outcome, attempts: one.ready.attempt,
            created: one.ready.delivery.created, at: now, random: surroundings.random())
        if one.wait > .zero, let retryAt = result.retryAt {
            result.retryAt = max(retryAt, now + one.wait)
        }
        return result
    }

    /// A colleague who gets a proof twice is better off than one who gets none.
    private func resends(_ one: EndedAttempt) -> Bool {
        one.ready.delivery.isProof || terms(of: one)?.resendsInDoubt ?? false
    }

    /// Nil when the version cannot be read: the daemon's own settings hold, and nothing is resent.
    private func terms(of one: EndedAttempt) -> MailingTerms? {
        let id = one.ready.delivery.version
        if let known = terms[id] { return known }
        guard let version = try? reader.version(id), let found = try? composer.terms(of: version)
        else { return nil }
        if terms.count > 64 { terms = [:] }
        terms[id] = found
        return found
    }

    private func free(_ batch: [EndedAttempt]) {
        for one in batch { flight.release(place: one.ready.place) }
        count(batch)
        places.release(
            batch.map { ($0.ready.place, $0.ready.delivery.id, $0.ready.delivery.mailing) })
    }
}
