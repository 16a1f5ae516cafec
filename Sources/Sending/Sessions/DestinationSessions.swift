internal import Core

/// How many sessions of one relay carry mail of each destination, and how many may, so that a
/// destination that keeps its sessions waiting does not come to hold them all.
///
/// Strategy *slow start*: a destination begins with one session, and each message that is answered in
/// time doubles the number it may have; a reply that is overdue takes it back to one. However many it
/// may have, a quarter of the relay's sessions is left to others, and those that never answered leave
/// a quarter to those that did. This holds only while there are others: with mail ready, with mail
/// under way, or answered within the last minute.
///
/// A reply is overdue for the destination's sake when that of others was answered in time meanwhile:
/// else it is the relay that is slow. Belongs to the sessions' thread.
final class DestinationSessions {
    /// One destination. An object, since each message under way refers to it.
    final class Use {
        let name: String
        /// Sessions that carry its mail.
        fileprivate(set) var sessions = 0
        /// How many it may have.
        fileprivate var window = 1
        /// Whether it has answered in time, ever.
        fileprivate(set) var isKnown = false

        fileprivate init(_ name: String) { self.name = name }
    }

    /// Others count for so long after their last answer.
    private static let memory = TimeSpan.minutes(1)
    /// Twice this is never reached: a relay has at most 1,000 sessions.
    private static let largestWindow = 1024
    /// More destinations than this are not remembered at once.
    private static let limit = 10_000
    /// A destination that answers slowly takes at most this part of the sessions' time.
    private static let slowShare = 0.05

    private let total: Int
    private var uses: [String: Use] = [:]
    /// Destinations that have mail under way.
    private var active = 0
    /// Sessions that carry mail of slow destinations.
    private var slow = 0
    /// Sessions that carry mail of destinations that never answered in time.
    private var unknown = 0
    /// The last answer in time, and the last of another destination than that one.
    private var lastAnswer: (use: Use, at: Uptime)?
    private var otherAnswer: (use: Use, at: Uptime)?

    /// - Parameter total: the relay's sessions.
    init(total: Int) { self.total = total }

    func use(of destination: String) -> Use {
        if let known = uses[destination] { return known }
        if uses.count >= Self.limit { uses = uses.filter { $0.value.sessions > 0 } }
        let new = Use(destination)
        uses[destination] = new
        return new
    }

    // MARK: - Deciding

    /// Whether one more session may carry mail of a destination.
    ///
    /// - Parameter isBesideUnknown: it carries mail of one that never answered already.
    func mayHaveMore(
        _ use: Use, _ candidate: Candidate, isBesideUnknown: Bool = false, at now: Uptime
    ) -> Bool {
        if candidate.isSlow { return use.sessions == 0 && slow < max(1, total / 2) }
        let isWithinShare =
            use.isKnown
            ? use.sessions == 0 || use.sessions < min(use.window, share)
            : use.sessions == 0 && (isBesideUnknown || unknown < share)
        return isWithinShare || !hasOthers(besides: use, candidate, at: now)
    }

    /// The sessions besides the quarter that is left to others; at least one.
    private var share: Int { max(1, total - max(1, total / 4)) }

    private func hasOthers(besides use: Use, _ candidate: Candidate, at now: Uptime) -> Bool {
        !candidate.isAlone || active > 1
            || answer(besides: use).map { now - $0 < Self.memory } ?? false
    }

    /// When others were last answered in time.
    private func answer(besides use: Use) -> Uptime? {
        lastAnswer?.use === use ? otherAnswer?.at : lastAnswer?.at
    }

    /// Whether a wait since a moment is the destination's own: others were answered meanwhile.
    func isOwn(_ use: Use, since: Uptime) -> Bool {
        answer(besides: use).map { $0 > since } ?? false
    }

    /// How long a slow destination pauses after a message that held its session for `wait`.
    func pause(after wait: TimeSpan) -> TimeSpan {
        let share = 1 / (Self.slowShare * Double(total))
        return .milliseconds(Int64(Double(wait.milliseconds) * max(0, share - 1)))
    }

    // MARK: - Hearing

    /// A session that carried none of its mail does now.
    func enter(_ use: Use) {
        use.sessions += 1
        if use.sessions == 1 { active += 1 }
    }

    /// A session carries none of its mail any more.
    func leave(_ use: Use) {
        use.sessions -= 1
        if use.sessions == 0 { active -= 1 }
    }

    /// Counts sessions that begin (1) or end (-1) to carry mail of a slow destination.
    func countSlow(_ change: Int) { slow += change }

    /// The same of destinations that never answered.
    func countUnknown(_ change: Int) { unknown += change }

    func answeredInTime(_ use: Use, at now: Uptime) {
        if use.window < Self.largestWindow { use.window *= 2 }
        use.isKnown = true
        if lastAnswer?.use === use {
            lastAnswer?.at = now
        } else {
            otherAnswer = lastAnswer
            lastAnswer = (use, now)
        }
    }

    func keepsWaiting(_ use: Use) { use.window = 1 }
}
