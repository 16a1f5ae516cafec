import Core

/// How long a destination's replies keep sessions waiting. It is slow while a reply is overdue and for
/// a while afterwards, until one comes in time.
struct SlowReplies: Hashable, Sendable {
    /// It is forgotten when nothing was heard for so long.
    static let memory = TimeSpan.minutes(1)
    /// What waits behind more messages than this is looked at again when these should be through: the
    /// destination may be well by then.
    static let foresight: Int64 = 10

    /// Messages whose reply is overdue.
    private var overdue = 0
    /// When the longest of their waits began.
    private var since = Uptime.zero
    /// How long the last slow message held its session, and the pause after it.
    private var interval = TimeSpan.zero
    /// When it became slow; says nothing while it is not.
    private(set) var begun = Uptime.zero
    /// When the pause after the last slow message ends; zero before there was one.
    private(set) var nextAt = Uptime.zero

    func isSlow(at now: Uptime) -> Bool {
        overdue > 0 || (nextAt > .zero && now < nextAt + Self.memory)
    }

    mutating func began(since: Uptime, at now: Uptime) {
        if !isSlow(at: now) { begun = since }
        if overdue == 0 { self.since = since }
        overdue += 1
    }

    /// - Parameters:
    ///   - wait: how long the message held its session.
    ///   - pause: how long no other may follow.
    mutating func ended(after wait: TimeSpan, pause: TimeSpan, at now: Uptime) {
        overdue = max(0, overdue - 1)
        interval = wait + pause
        nextAt = now + pause
    }

    /// A message was answered in time.
    mutating func heardInTime() {
        if overdue == 0, nextAt > .zero { self = SlowReplies() }
    }

    /// About how long a message waits that has `ahead` others before it.
    func delay(behind ahead: Int, at now: Uptime) -> TimeSpan {
        guard isSlow(at: now) else { return .zero }
        let turns = min(Int64(ahead) + (overdue > 0 ? 1 : 0), Self.foresight)
        let each = overdue > 0 ? max(interval, now - since) : interval
        return max(nextAt - now, .zero) + .milliseconds(each.milliseconds * turns)
    }
}
