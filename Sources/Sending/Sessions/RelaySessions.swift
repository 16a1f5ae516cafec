internal import Core
internal import Curl
internal import SMTP

/// The sessions with one relay: opens them when there is more to send than the open ones take,
/// shares the outbox out among them, closes them when idle.
final class RelaySessions {
    private let relay: Int
    private let settings: SendingOptions.RelayOptions
    private let idle: TimeSpan
    private let loop: SessionLoop
    private let outbox: Outbox
    private let surroundings: SessionSurroundings
    private let log: Log
    /// Whether others may take the same mail.
    private let hasOthers: Bool
    private var open: [OpenSession] = []
    private var opening = 0
    private let destinations: DestinationSessions
    private var nextCheck = Uptime.zero

    /// How often sessions are asked whether they have waited too long.
    private static let checkInterval = TimeSpan.milliseconds(100)
    private static let idleInterval = TimeSpan.seconds(1)

    init(
        relay: Int, options: SendingOptions, loop: SessionLoop, outbox: Outbox,
        surroundings: SessionSurroundings, log: Log
    ) {
        self.relay = relay
        settings = options.relays[relay]
        destinations = DestinationSessions(total: settings.sessions)
        hasOthers = options.relays.count > 1
        idle = options.idle
        self.loop = loop
        self.outbox = outbox
        self.surroundings = surroundings
        self.log = log
    }

    var isEmpty: Bool { open.isEmpty && opening == 0 }

    /// Does what is due; returns when time alone makes something due again.
    func round(at now: Uptime) -> Uptime {
        fill(at: now)
        openMore(at: now)
        check(at: now)
        return min(nextCheck, outbox.wakeTime(relay, now))
    }

    /// Lets what is open finish; what is opening is given up by the loop.
    func stop(at now: Uptime, giveUp: Bool) -> Uptime {
        opening = 0
        for session in open {
            session.finish()
            if giveUp { session.abandon("the daemon was stopped") }
        }
        check(at: now)
        return nextCheck
    }

    /// Gives one message after another to the session with the least to do.
    private func fill(at now: Uptime) {
        if hasOthers { outbox.setRoom(relay, open.reduce(0) { $0 + $1.room }) }
        for load in 0..<OpenSession.depth {
            for session in open where session.pending == load && session.hasRoom {
                var isSlow = false
                var use: DestinationSessions.Use?
                var hasCandidates = false
                let mail = outbox.take(relay) { candidate in
                    hasCandidates = true
                    isSlow = candidate.isSlow
                    use = session.use(for: candidate, at: now)
                    return use != nil
                }
                if let mail, let use {
                    session.submit(mail, use, isSlow: isSlow)
                } else if !hasCandidates {
                    return
                } else if load == 0 {
                    // What one without mail does not want, no other without mail wants.
                    break
                }
            }
        }
    }

    /// At most half of the sessions are opened at once, and one alone where the last thing was a
    /// failure, so that a relay that came back is not stormed.
    private func openMore(at now: Uptime) {
        guard open.count + opening < settings.sessions, hasWorkForMore(at: now) else { return }
        let most = outbox.isDoubtful(relay) ? 1 - open.count : max(1, settings.sessions / 2)
        let wanted = min(
            settings.sessions - open.count - opening, most - opening, outbox.count - opening)
        for _ in 0..<max(0, wanted) {
            opening += 1
            do {
                try loop.open(settings.relay) { [unowned self] in opened($0) }
            } catch {
                opened(.failure(error))
            }
        }
    }

    private func hasWorkForMore(at now: Uptime) -> Bool {
        outbox.hasWork(for: relay) { candidate in
            destinations.mayHaveMore(
                destinations.use(of: candidate.name), candidate, at: now)
        }
    }

    private func opened(_ result: Result<SMTPSession, SessionFailure>) {
        opening -= 1
        switch result {
        case .success(let session):
            open.append(
                OpenSession(
                    session, messageLimit: settings.messagesPerConnection,
                    age: settings.connectionAge, surroundings: surroundings,
                    destinations: destinations, judge: { [unowned self] in heed($0) }))
            outbox.countSession(relay, 1)
        case .failure(let failure):
            let kind = RelayHealth.Failure(failure)
            outbox.failed(relay, "\(failure)", kind)
            log(
                kind == .passing ? .warning : .error,
                "relay \(settings.name): no session: \(failure)"
                    + (kind == .login ? Self.loginAdvice(settings.name) : ""))
        }
    }

    private static func loginAdvice(_ name: String) -> String {
        "; it gets no mail for \(RelayHealth.loginRest): correct user and password-file and restart,"
            + " or maildctl relay resume \(name)"
    }

    private func heed(_ verdict: OpenSession.Verdict) {
        switch verdict {
        case .tookMessage: outbox.succeeded(relay)
        case .failed where outbox.isStopping: return
        case .failed(let reason):
            log(.warning, "relay \(settings.name): \(reason)")
            outbox.failed(relay, "\(reason)", .passing)
        }
    }

    private func check(at now: Uptime) {
        if now >= nextCheck {
            for session in open {
                attend(to: session, at: now)
                session.check(at: now, idle: idle)
            }
            nextCheck = now + (isEmpty ? Self.idleInterval : Self.checkInterval)
        }
        let count = open.count
        open.removeAll { $0.isClosed }
        if open.count < count { outbox.countSession(relay, open.count - count) }
    }
}

extension RelaySessions {
    /// Sees to it that a session that waits for long holds up nobody but who has begun in it.
    private func attend(to session: OpenSession, at now: Uptime) {
        let withdrawn = session.withdrawBehindOverdue(at: now)
        if !withdrawn.isEmpty { outbox.putBack(withdrawn, from: relay) }
        if let (destination, since) = session.blame() {
            outbox.keepsWaiting(destination, since: since)
        }
    }
}

extension RelayHealth.Failure {
    /// A login that was refused for now (4xx) is a failure like others.
    fileprivate init(_ failure: SessionFailure) {
        switch failure.kind {
        case .login: self = failure.reply?.isTemporary == true ? .passing : .login
        case .tls, .configuration: self = .lasting
        case .network, .refused: self = .passing
        }
    }
}
