internal import Core
internal import Curl
internal import Journal
internal import SMTP

/// One open session with a relay and the messages under way in it.
final class OpenSession {
    /// Messages put into the machine at once: one whose dot is out, one being agreed on, one to
    /// chain behind it.
    static let depth = 3

    private let conversation: Conversation
    private let surroundings: SessionSurroundings
    private let destinations: DestinationSessions
    /// At most `depth` of them.
    private var underWay: [UnderWay] = []
    private let endsAt: Uptime
    private var busyUntil: Uptime
    /// Whether messages were lost with the connection, or refused since it was going.
    private var hasLostWork = false
    /// The reply that is overdue, or was when somebody looked last.
    private var overdue: Wait?
    /// The message whose destination is to blame for that.
    private var slow: (tag: Int64, since: Uptime)?
    /// Carries one message of a slow destination and takes nothing else.
    private var isSetApart = false
    /// Carries mail of a destination that had never answered when it was looked at last.
    private var hasUnknown = false
    /// A slow destination's reply never came.
    private var hasGivenUpSlow = false
    private let judge: (Verdict) -> Void

    private struct UnderWay {
        let tag: Int64
        let ready: ReadyMail
        let use: DestinationSessions.Use
        /// Its destination was slow already when it was put in.
        let isSlow: Bool
    }

    /// What a session says of its relay's health.
    enum Verdict {
        case tookMessage
        case failed(CloseReason)
    }

    init(
        _ session: SMTPSession, messageLimit: Int, age: TimeSpan,
        surroundings: SessionSurroundings, destinations: DestinationSessions,
        judge: @escaping (Verdict) -> Void
    ) {
        self.surroundings = surroundings
        self.destinations = destinations
        self.judge = judge
        busyUntil = surroundings.uptime()
        endsAt = busyUntil + age
        conversation = Conversation(
            session, timeouts: surroundings.timeouts, messageLimit: messageLimit,
            now: surroundings.uptime)
        conversation.begin { [unowned self] in heed($0) }
    }

    var isClosed: Bool { conversation.isClosed }

    /// Messages whose outcome is still open.
    var pending: Int { conversation.pending }

    /// Who waits for an overdue reply takes nothing: it would wait too.
    var hasRoom: Bool {
        conversation.pending < Self.depth && conversation.remaining > 0 && !isSetApart
            && (overdue == nil || overdue != conversation.wait)
    }

    /// Messages that it would take at once.
    var room: Int {
        hasRoom ? min(Self.depth - conversation.pending, conversation.remaining) : 0
    }

    /// The destination, if it may be given its mail. That of a slow one goes by itself: what is
    /// chained behind it would wait too.
    func use(for candidate: Candidate, at now: Uptime) -> DestinationSessions.Use? {
        if candidate.isSlow, !underWay.isEmpty { return nil }
        let use = destinations.use(of: candidate.name)
        let isWanted =
            carries(use)
            || destinations.mayHaveMore(use, candidate, isBesideUnknown: hasUnknown, at: now)
        return isWanted ? use : nil
    }

    func submit(_ mail: ReadyMail, _ use: DestinationSessions.Use, isSlow: Bool) {
        if !carries(use) { destinations.enter(use) }
        if isSlow { setApart(true) }
        underWay.append(UnderWay(tag: mail.mail.tag, ready: mail, use: use, isSlow: isSlow))
        lookForUnknown()
        conversation.submit(mail.mail)
    }

    private func carries(_ use: DestinationSessions.Use) -> Bool {
        underWay.contains { $0.use === use }
    }

    /// Says QUIT once what is open has its outcome.
    func finish() { conversation.finish() }

    /// Gives up what is open.
    func abandon(_ why: String) { conversation.abandon(why) }

    /// Ends what has kept us waiting too long, has become too old, or has had nothing to do for
    /// `idle`.
    func check(at now: Uptime, idle: TimeSpan) {
        conversation.expire()
        if now >= endsAt {
            conversation.finish()
        } else if !conversation.isIdle {
            busyUntil = now
        } else if now - busyUntil >= idle {
            conversation.finish()
        }
    }

    // MARK: - Waiting

    /// What was not begun and would wait for an overdue reply; none while no reply is overdue.
    func withdrawBehindOverdue(at now: Uptime) -> [ReadyMail] {
        let patience = surroundings.patience
        overdue = conversation.wait.flatMap { wait in
            now - wait.since > (wait.stage == .dot ? patience.dot : patience.reply) ? wait : nil
        }
        guard overdue != nil else { return [] }
        return conversation.withdraw().compactMap { remove($0)?.ready }
    }

    /// The destination that newly keeps it waiting, and since when; nil when the relay is as slow to
    /// all. To be asked after `withdrawBehindOverdue`.
    func blame() -> (destination: String, since: Uptime)? {
        guard let overdue, overdue.stage != .mail, slow?.tag != overdue.tag,
            let mail = find(overdue.tag),
            mail.isSlow || destinations.isOwn(mail.use, since: overdue.since)
        else { return nil }
        slow = (overdue.tag, overdue.since)
        destinations.keepsWaiting(mail.use)
        setApart(true)
        return (mail.use.name, overdue.since)
    }

    private func setApart(_ isWanted: Bool) {
        guard isSetApart != isWanted else { return }
        isSetApart = isWanted
        destinations.countSlow(isWanted ? 1 : -1)
    }

    private func lookForUnknown() {
        let isSo = underWay.contains { !$0.use.isKnown }
        guard isSo != hasUnknown else { return }
        hasUnknown = isSo
        destinations.countUnknown(isSo ? 1 : -1)
    }

    // MARK: - Hearing

    private func find(_ tag: Int64) -> UnderWay? { underWay.first { $0.tag == tag } }

    private func remove(_ tag: Int64) -> UnderWay? {
        guard let index = underWay.firstIndex(where: { $0.tag == tag }) else { return nil }
        let mail = underWay.remove(at: index)
        if !carries(mail.use) { destinations.leave(mail.use) }
        if underWay.isEmpty { setApart(false) }
        lookForUnknown()
        return mail
    }

    private func heed(_ action: Action) {
        switch action {
        case .dotLeaves(let tag):
            if let mail = find(tag) { surroundings.flight.dotted(place: mail.ready.place) }
        case .replied(let tag, let reply):
            if let mail = find(tag) {
                surroundings.flight.replied(place: mail.ready.place, reply)
            }
        case .outcome(let tag, let outcome): heedOutcome(tag, outcome)
        case .close(let reason): heedClose(reason)
        case .send: break
        }
    }

    private func heedOutcome(_ tag: Int64, _ outcome: Outcome) {
        if case .accepted = outcome { judge(.tookMessage) }
        guard let mail = remove(tag) else { return }
        let slow = slowness(of: tag)
        if slow != nil {
            hasGivenUpSlow = !outcome.isAnswer
        } else if outcome.isAnswer {
            destinations.answeredInTime(mail.use, at: surroundings.uptime())
        }
        surroundings.ended(EndedAttempt(ready: mail.ready, outcome: outcome), slow)
        hasLostWork = hasLostWork || outcome.isOfConnection
    }

    private func slowness(of tag: Int64) -> SlowMessage? {
        guard let slow, slow.tag == tag else { return nil }
        self.slow = nil
        let wait = surroundings.uptime() - slow.since
        return SlowMessage(wait: wait, pause: destinations.pause(after: wait))
    }

    private func heedClose(_ reason: CloseReason) {
        switch reason {
        case .finished: return
        // A relay may close what is idle, with a word or without; that is no illness.
        case .lost where !hasLostWork, .serviceClosing where !hasLostWork: return
        // Nor is a destination that never answers, while others do.
        case .timeout where hasGivenUpSlow: return
        case .serviceClosing, .lost, .timeout, .repliesInDoubt: judge(.failed(reason))
        }
    }
}

extension Outcome {
    /// Whether the connection, not the message, is the reason.
    fileprivate var isOfConnection: Bool {
        switch self {
        case .unsent, .inDoubt: true
        case .deferred(_, let reply): reply.code == 421
        case .accepted, .refused: false
        }
    }

    /// Whether the other side spoke of the message.
    var isAnswer: Bool {
        switch self {
        case .accepted, .deferred, .refused: true
        case .unsent, .inDoubt: false
        }
    }
}
