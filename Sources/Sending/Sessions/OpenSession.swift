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
    private var underWay: [Int64: ReadyMail] = [:]
    private let endsAt: Uptime
    private var busyUntil: Uptime
    /// Whether messages were lost with the connection, or refused since it was going.
    private var hasLostWork = false
    private let judge: (Verdict) -> Void

    /// What a session says of its relay's health.
    enum Verdict {
        case tookMessage
        case failed(CloseReason)
    }

    init(
        _ session: SMTPSession, messageLimit: Int, age: TimeSpan,
        surroundings: SessionSurroundings, judge: @escaping (Verdict) -> Void
    ) {
        self.surroundings = surroundings
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

    var hasRoom: Bool { conversation.pending < Self.depth && conversation.remaining > 0 }

    /// Messages that it would take at once.
    var room: Int {
        hasRoom ? min(Self.depth - conversation.pending, conversation.remaining) : 0
    }

    func submit(_ mail: ReadyMail) {
        underWay[mail.mail.tag] = mail
        conversation.submit(mail.mail)
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

    private func heed(_ action: Action) {
        switch action {
        case .dotLeaves(let tag):
            if let mail = underWay[tag] { surroundings.flight.dotted(place: mail.place) }
        case .replied(let tag, let reply):
            if let mail = underWay[tag] { surroundings.flight.replied(place: mail.place, reply) }
        case .outcome(let tag, let outcome):
            if case .accepted = outcome { judge(.tookMessage) }
            if let mail = underWay.removeValue(forKey: tag) {
                surroundings.ended(EndedAttempt(ready: mail, outcome: outcome))
                hasLostWork = hasLostWork || outcome.isOfConnection
            }
        case .close(let reason): heedClose(reason)
        case .send: break
        }
    }

    private func heedClose(_ reason: CloseReason) {
        switch reason {
        case .finished: return
        // A relay may close what is idle, with a word or without; that is no illness.
        case .lost where !hasLostWork, .serviceClosing where !hasLostWork: return
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
}
