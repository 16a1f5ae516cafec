import Core

/// How fast one destination is mailed. Strategy *halve and climb*: free until it complains; each
/// complaint halves the rate at once, and a minute without one raises it by a quarter, until it has
/// been well above the rate of the first complaint and is free again.
///
/// A complaint is a reply that says "slow down" (421, 4.7.x). Several within ten seconds count once:
/// they answer messages that were sent at the same rate. Refusals by policy (5.7.x) do not slow it
/// down but let it rest when they become many, since more of the same mail makes a reputation worse. One that answers slowly (`SlowReplies`) takes one message at a time.
package struct DestinationPace: Sendable {
    /// What an operator said; it holds until it is taken back and is never exceeded.
    package private(set) var ordered: Rate?
    /// What the destination's complaints left of the rate; nil while it is free.
    package private(set) var learnt: Rate?
    /// Why it is slow or rests, for status and log.
    package private(set) var reason: String?
    /// When that began; nil while it is free.
    package private(set) var since: Uptime?
    /// Where it is on a warm-up curve; nil for none.
    package var warmUp: WarmUpMeter?
    /// Messages that may be under way to it at once; nil is no limit.
    package var concurrency: Int?
    /// Messages whose outcome is not known yet.
    private var underWay = 0
    private var restUntil = Uptime.zero
    private var isRestOrdered = false
    private var bucket: TokenBucket?
    private var lastComplaint: Uptime?
    private var nextClimb = Uptime.zero
    /// Messages a minute at the first complaint.
    private var trouble = 0.0
    private var meter = RateMeter()
    private var policy = PolicyWindow()
    private var slowReplies = SlowReplies()

    /// Complaints so close count once.
    static let complaintSpan = TimeSpan.seconds(10)
    static let climbInterval = TimeSpan.minutes(1)
    /// Of so few messages nobody knows a rate: the first complaint leaves half of this.
    static let leastPerMinute = 120.0
    /// Slower than this it never gets: one message a minute tells whether it is well again.
    static let floorPerMinute: Int64 = 1
    /// Refused by policy: rests this long.
    package static let policyRest = TimeSpan.minutes(30)

    package init(warmUp: WarmUpMeter? = nil) {
        self.warmUp = warmUp
    }

    // MARK: - Asking

    /// Whether a message may go now.
    package func isFree(at now: Uptime) -> Bool {
        !isResting(at: now) && bucket?.available(at: now) != 0 && warmUp?.left(at: now) != 0
            && concurrency.map { underWay < $0 } ?? true && slowReplies.nextAt <= now
    }

    /// Whether its replies keep sessions waiting, so that one message at a time is enough.
    package func answersSlowly(at now: Uptime) -> Bool { slowReplies.isSlow(at: now) }

    /// When it began to do so.
    package func answersSlowlySince(at now: Uptime) -> Uptime? {
        answersSlowly(at: now) ? slowReplies.begun : nil
    }

    /// Whether it is to be thought of: it has a rate or another limit, rests, or warms up.
    package func isLimited(at now: Uptime) -> Bool {
        rate != nil || concurrency != nil || isResting(at: now) || answersSlowly(at: now)
            || warmUp?.limit(at: now) != nil
    }

    /// Whether it rests by itself, by no operator's order.
    package func restsByItself(at now: Uptime) -> Bool { !isRestOrdered && now < restUntil }

    package func isResting(at now: Uptime) -> Bool { isRestOrdered || now < restUntil }

    /// When time alone may let a message go; nil when it may go now, never while a rest is ordered.
    package func freeAt(_ now: Uptime) -> Uptime? {
        if isRestOrdered { return Uptime(nanoseconds: .max) }
        let next = max(
            restUntil, bucket?.nextToken ?? .zero, warmUp?.freeAt(now) ?? .zero,
            slowReplies.nextAt)
        return next > now ? next : nil
    }

    /// The rate in force; nil is no limit.
    package var rate: Rate? {
        guard let ordered, let learnt else { return ordered ?? learnt }
        return learnt.perSecond < ordered.perSecond ? learnt : ordered
    }

    /// About when a message would go that has `ahead` others of its destination before it.
    package func expectedTime(behind ahead: Int, at now: Uptime) -> Uptime {
        guard !isRestOrdered else { return now + .minutes(5) }
        let left = warmUp?.left(at: now) ?? .max
        guard left > ahead else { return warmUp?.dayEnd(now) ?? now }
        let start = max(restUntil, now + slowReplies.delay(behind: ahead, at: now))
        guard let rate else { return start }
        let seconds = min(Double(ahead) / rate.perSecond, 86_400)
        return start + .milliseconds(Int64(seconds * 1000))
    }

    // MARK: - Hearing

    /// Takes the message's token. Ask `isFree` first.
    package mutating func take(at now: Uptime) {
        climb(at: now)
        _ = bucket?.take(at: now)
        warmUp?.take(at: now)
        meter.count(at: now)
        underWay += 1
    }

    /// A message that was taken has its outcome, whatever it is.
    package mutating func ended() { underWay = max(0, underWay - 1) }

    /// Gives back the token of a message that was not sent after all.
    package mutating func giveBack() {
        bucket?.giveBack()
        warmUp?.giveBack()
    }

    package mutating func accepted() { policy.count(isRefused: false) }

    /// A reply to one of its messages is overdue since a moment.
    package mutating func keepsWaiting(since: Uptime, at now: Uptime) {
        slowReplies.began(since: since, at: now)
    }

    /// Such a message has its outcome; for `pause` no other may follow.
    package mutating func keptWaiting(_ wait: TimeSpan, pause: TimeSpan, at now: Uptime) {
        slowReplies.ended(after: wait, pause: pause, at: now)
    }

    /// A message was answered in time.
    package mutating func answeredInTime() { slowReplies.heardInTime() }

    /// The destination asked for less.
    package mutating func complained(_ reason: String, at now: Uptime) {
        nextClimb = now + Self.climbInterval
        if let last = lastComplaint, now - last < Self.complaintSpan { return }
        lastComplaint = now
        note(reason, at: now)
        let current =
            learnt.map { $0.perSecond * 60 } ?? max(Self.leastPerMinute, meter.perMinute(at: now))
        if learnt == nil { trouble = current }
        let half = max(Self.floorPerMinute, Int64(current / 2))
        learnt = Rate(count: min(half, 1_000_000_000), per: .minutes(1))
        apply(at: now)
    }

    /// A refusal by policy (5.7.x). True when this one makes the destination rest.
    package mutating func refusedByPolicy(_ reason: String, at now: Uptime) -> Bool {
        policy.count(isRefused: true)
        guard policy.isTooMuch, !isResting(at: now) else { return false }
        policy = PolicyWindow()
        note(reason, at: now)
        restUntil = now + Self.policyRest
        return true
    }

    // MARK: - Orders

    package mutating func slow(to rate: Rate, at now: Uptime) {
        note("ordered", at: now)
        ordered = rate
        apply(at: now)
    }

    package mutating func rest(_ reason: String = "ordered", at now: Uptime) {
        note(reason, at: now)
        isRestOrdered = true
    }

    /// To be called before what it explains begins.
    private mutating func note(_ reason: String, at now: Uptime) {
        self.reason = reason
        if since == nil || (rate == nil && !isResting(at: now)) { since = now }
    }

    /// Takes back what was ordered and forgets what was learnt.
    package mutating func resume() {
        ordered = nil
        learnt = nil
        bucket = nil
        reason = nil
        since = nil
        restUntil = .zero
        isRestOrdered = false
        policy = PolicyWindow()
        slowReplies = SlowReplies()
    }

    // MARK: - Climbing

    private mutating func climb(at now: Uptime) {
        guard let rate = learnt, now >= nextClimb else { return }
        nextClimb = now + Self.climbInterval
        let perMinute = rate.perSecond * 60
        let next = max(perMinute + 1, perMinute * 1.25)
        learnt =
            next > max(2 * trouble, 60) ? nil : Rate(count: Int64(next), per: .minutes(1))
        if learnt == nil {
            reason = ordered == nil ? nil : "ordered"
            if ordered == nil { since = nil }
        }
        apply(at: now)
    }

    private mutating func apply(at now: Uptime) {
        guard let rate else {
            bucket = nil
            return
        }
        if bucket == nil {
            bucket = TokenBucket(rate, at: now)
        } else {
            bucket?.change(to: rate, at: now)
        }
    }
}

// MARK: - Memory

/// What a destination taught, on the wall clock, to outlive the process. Orders are kept by who gives
/// them, warm-ups by themselves.
extension DestinationPace {
    package struct Memory: Hashable, Sendable {
        /// Nil: only a rest.
        package var learnt: Rate?
        /// Messages a minute at the first complaint.
        package var trouble: Double
        /// Until when it rests by itself.
        package var restUntil: Instant?
        package var since: Instant?
        package var reason: String?

        package init(
            learnt: Rate?, trouble: Double, restUntil: Instant?, since: Instant?, reason: String?
        ) {
            self.learnt = learnt
            self.trouble = trouble
            self.restUntil = restUntil
            self.since = since
            self.reason = reason
        }
    }

    /// What is worth keeping; nil while it is free. `now` on both clocks.
    package func memory(at now: Uptime, _ clock: Instant) -> Memory? {
        let isResting = restsByItself(at: now)
        guard learnt != nil || isResting else { return nil }
        return Memory(
            learnt: learnt, trouble: trouble,
            restUntil: isResting ? clock + (restUntil - now) : nil,
            since: since.map { clock - (now - $0) }, reason: reason)
    }

    /// Goes on from what `memory` gave. It climbs from now on: nobody was asked meanwhile. A rest
    /// that seems to end later than one can, after a wall clock was set back, is as long as one.
    package mutating func recall(_ memory: Memory, at now: Uptime, _ clock: Instant) {
        learnt = memory.learnt
        trouble = max(0, memory.trouble)
        nextClimb = now + Self.climbInterval
        if let end = memory.restUntil, end > clock {
            restUntil = now + min(end - clock, Self.policyRest)
        }
        guard learnt != nil || isResting(at: now) else { return }
        reason = memory.reason
        since = now + -max(.zero, memory.since.map { clock - $0 } ?? .zero)
        // Empty: nobody knows what went in the seconds before.
        bucket = rate.map { TokenBucket($0, isFull: false, at: now) }
    }
}
