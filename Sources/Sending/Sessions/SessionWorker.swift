internal import Core
internal import Curl
internal import Journal
internal import SMTP

/// One session's thread: opens a connection when there is work, keeps it busy, closes it when idle.
final class SessionWorker {
    /// Messages put into the machine at once: one whose dot is out, one being agreed on, one to
    /// chain behind it.
    private static let depth = 3

    private let relay: Int
    private let options: SendingOptions
    private let outbox: Outbox
    private let results: ResultQueue
    private let flight: FlightLog
    private let surroundings: Surroundings
    /// When open transactions must be given up; nil while nobody stops.
    private let giveUpAt: @Sendable () -> Uptime?
    private var underWay: [Int64: ReadyMail] = [:]

    init(
        relay: Int, options: SendingOptions, outbox: Outbox, results: ResultQueue,
        flight: FlightLog, surroundings: Surroundings,
        giveUpAt: @escaping @Sendable () -> Uptime?
    ) {
        self.relay = relay
        self.options = options
        self.outbox = outbox
        self.results = results
        self.flight = flight
        self.surroundings = surroundings
        self.giveUpAt = giveUpAt
    }

    private var settings: SendingOptions.RelayOptions { options.relays[relay] }

    func run() {
        let never = Uptime(nanoseconds: .max)
        while outbox.waitForWork(relay, until: never) {
            // What may not go needs no connection.
            if giveBack() { continue }
            guard let session = connect() else { continue }
            outbox.countSession(relay, 1)
            converse(session)
            outbox.countSession(relay, -1)
        }
    }

    /// Takes what may not go out of the outbox; true when there was something.
    private func giveBack() -> Bool {
        var hasGiven = false
        while let (mail, reason) = outbox.takeBack() {
            results.put(EndedAttempt(ready: mail, outcome: .unsent(.connect, reason: reason)))
            hasGiven = true
        }
        return hasGiven
    }

    private func connect() -> SMTPSession? {
        do {
            let outbox = outbox
            let session = try SMTPSession(settings.relay, shouldAbort: { outbox.isStopping })
            try session.open()
            return session
        } catch {
            guard error.kind != .aborted else { return nil }
            let isLasting = [.tls, .login, .configuration].contains(error.kind)
            surroundings.log(
                isLasting ? .error : .warning, "relay \(settings.name): no session: \(error)")
            outbox.failed(relay, "\(error)", isLasting: isLasting)
            return nil
        }
    }

    private func converse(_ session: SMTPSession) {
        let conversation = Conversation(
            session, timeouts: options.timeouts, messageLimit: settings.messagesPerConnection,
            now: surroundings.uptime, report: { [self] in heed($0) })
        var idleSince = surroundings.uptime()
        while !conversation.isClosed {
            fill(conversation)
            if outbox.isStopping { stop(conversation) }
            guard conversation.isIdle else {
                idleSince = surroundings.uptime()
                conversation.turn(longest: pause())
                continue
            }
            // A relay that went away meanwhile must be noticed before the next message is.
            conversation.turn(longest: .zero)
            guard !conversation.isClosed else { break }
            let now = surroundings.uptime()
            if now - idleSince >= options.idle || outbox.isStopping {
                conversation.finish()
            } else {
                _ = outbox.waitForWork(
                    relay, until: min(now + .milliseconds(500), idleSince + options.idle))
            }
        }
    }

    private func fill(_ conversation: Conversation) {
        while conversation.pending < Self.depth, conversation.remaining > 0 {
            switch outbox.take(relay) {
            case .send(let mail):
                underWay[mail.mail.tag] = mail
                conversation.submit(mail.mail)
            case .giveBack(let mail, let reason):
                results.put(EndedAttempt(ready: mail, outcome: .unsent(.connect, reason: reason)))
            case nil: return
            }
        }
    }

    /// How long to listen before looking into the outbox again.
    private func pause() -> TimeSpan {
        let now = surroundings.uptime()
        return min(.milliseconds(200), max(.milliseconds(1), outbox.wakeTime(relay, now) - now))
    }

    /// Lets what is open finish until its time is over.
    private func stop(_ conversation: Conversation) {
        conversation.finish()
        if let at = giveUpAt(), at <= surroundings.uptime() {
            conversation.abandon("the daemon was stopped")
        }
    }

    private func heed(_ action: Action) {
        switch action {
        case .dotLeaves(let tag):
            if let mail = underWay[tag] { flight.dotted(place: mail.place) }
        case .replied(let tag, let reply):
            if let mail = underWay[tag] { flight.replied(place: mail.place, reply) }
        case .outcome(let tag, let outcome):
            if case .accepted = outcome { outbox.succeeded(relay) }
            if let mail = underWay.removeValue(forKey: tag) {
                results.put(EndedAttempt(ready: mail, outcome: outcome))
                lostWork = lostWork || outcome.isLoss
            }
        case .close(let reason): heedClose(reason)
        case .send: break
        }
    }

    /// Whether the connection took messages with it when it went.
    private var lostWork = false

    private func heedClose(_ reason: CloseReason) {
        defer { lostWork = false }
        switch reason {
        case .finished: return
        // A relay may close what is idle; that is no illness.
        case .lost where !lostWork: return
        case .lost where outbox.isStopping: return
        case .serviceClosing, .lost, .timeout, .repliesInDoubt: break
        }
        surroundings.log(.warning, "relay \(settings.name): \(reason)")
        outbox.failed(relay, "\(reason)", isLasting: false)
    }
}

extension Outcome {
    fileprivate var isLoss: Bool {
        switch self {
        case .unsent, .inDoubt: true
        case .accepted, .deferred, .refused: false
        }
    }
}
