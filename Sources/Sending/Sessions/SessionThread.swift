internal import Core
internal import Curl
internal import Journal
internal import Threads

/// Outcomes that the sessions heard since the last round.
private final class Heard {
    var attempts: [EndedAttempt] = []
}

/// The thread that speaks with the relays: it owns every session and waits for all of them at once.
final class SessionThread {
    private let loop: SessionLoop
    private let outbox: Outbox
    private let relays: [RelaySessions]
    private let results: ResultQueue
    private let heard: Heard
    private let uptime: @Sendable () -> Uptime
    /// When open transactions must be given up; nil while nobody stops.
    private let giveUpAt: @Sendable () -> Uptime?

    init(
        options: SendingOptions, outbox: Outbox, results: ResultQueue, flight: FlightLog,
        surroundings: Surroundings, giveUpAt: @escaping @Sendable () -> Uptime?
    ) throws {
        let loop = try SessionLoop()
        let heard = Heard()
        let session = SessionSurroundings(
            timeouts: options.timeouts, patience: options.patience, flight: flight,
            uptime: surroundings.uptime,
            ended: { one, slow in
                outbox.heard(one.ready, one.outcome, slow: slow)
                heard.attempts.append(one)
            })
        self.loop = loop
        self.heard = heard
        self.outbox = outbox
        self.giveUpAt = giveUpAt
        self.results = results
        uptime = surroundings.uptime
        relays = options.relays.indices.map { relay in
            RelaySessions(
                relay: relay, options: options, loop: loop, outbox: outbox, surroundings: session,
                log: surroundings.log)
        }
        outbox.wake(with: loop.waker)
    }

    func run() {
        loop.run {
            // The station's clock may be another than the loop's.
            .after(milliseconds: max(0, (round() - uptime()).milliseconds))
        }
    }

    private func round() -> Uptime {
        passOn()
        defer { passOn() }
        giveBack()
        let now = uptime()
        guard outbox.isStopping else {
            // Who left mail to another gets what that one did not want.
            if relays.count > 1 { for relay in relays { _ = relay.round(at: now) } }
            return relays.lazy.map { $0.round(at: now) }.min() ?? now + .seconds(1)
        }
        loop.cancelOpening()
        let giveUp = giveUpAt().map { $0 <= now } ?? false
        let next = relays.map { $0.stop(at: now, giveUp: giveUp) }.min() ?? now
        if relays.allSatisfy(\.isEmpty) { loop.stop() }
        return next
    }

    /// Hands on the outcomes that have been heard since the last time.
    private func passOn() {
        guard !heard.attempts.isEmpty else { return }
        results.put(heard.attempts)
        heard.attempts.removeAll(keepingCapacity: true)
    }

    /// What may not go needs no connection.
    private func giveBack() {
        while let back = outbox.takeBack() { results.put(EndedAttempt(back)) }
    }
}
