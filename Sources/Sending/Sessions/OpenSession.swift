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
    private var busyUntil: Uptime
    /// Whether the connection took messages with it when it went.
    private var hasLostWork = false
    private let judge: (Verdict) -> Void

    /// What a session says of its relay's health.
    enum Verdict {
        case tookMessage
        case failed(CloseReason)
    }

    init(
        _ session: SMTPSession, messageLimit: Int, surroundings: SessionSurroundings,
        judge: @escaping (Verdict) -> Void
    ) {
        self.surroundings = surroundings
        self.judge = judge
        busyUntil = surroundings.uptime()
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

    /// Ends what has kept us waiting too long, or has had nothing to do for `idle`.
    func check(at now: Uptime, idle: TimeSpan) {
        conversation.expire()
        if !conversation.isIdle {
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
                hasLostWork = hasLostWork || outcome.isLoss
            }
        case .close(let reason): heedClose(reason)
        case .send: break
        }
    }

    private func heedClose(_ reason: CloseReason) {
        switch reason {
        case .finished: return
        // A relay may close what is idle; that is no illness.
        case .lost where !hasLostWork: return
        case .serviceClosing, .lost, .timeout, .repliesInDoubt: judge(.failed(reason))
        }
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
