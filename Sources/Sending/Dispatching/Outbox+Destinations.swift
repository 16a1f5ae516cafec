internal import Core
internal import Pacing
internal import Store
internal import Threads

extension Outbox.State {
    /// Destinations of a mailing that are counted: the large ones are among the first thousand.
    private static let tallyLimit = 1000

    /// Counts a message for its mailing's largest destinations.
    mutating func count(_ mail: ReadyMail) {
        Self.count(mail.destination, in: &tally[mail.delivery.mailing, default: [:]])
    }

    private static func count(_ destination: String, in counts: inout [String: Int]) {
        if let index = counts.index(forKey: destination) {
            counts.values[index] += 1
        } else if counts.count < tallyLimit {
            counts[destination] = 1
        }
    }

    /// The destination asked for less. What there is to log about it.
    mutating func complained(_ destination: String, _ reason: String, at now: Uptime) -> String? {
        let (before, after) = paces.limit(destination) { pace in
            let before = pace.rate
            pace.complained(reason, at: now)
            return (before, pace.rate)
        }
        guard let rate = after, rate != before else { return nil }
        return "slowed to \(rate): \(reason)"
    }

    /// The destination refused a message by policy. What there is to log about it.
    mutating func refusedByPolicy(
        _ destination: String, _ reason: String, at now: Uptime
    ) -> String? {
        let rests = paces.limit(destination) { $0.refusedByPolicy(reason, at: now) }
        guard rests else { return nil }
        rested.insert(destination)
        return "rests for \(DestinationPace.policyRest): \(reason)"
    }
}

// MARK: - Slow replies

extension Outbox {
    /// Why a destination gets one message at a time.
    static let slowness = "keeps sessions waiting for its replies: one message at a time"

    /// A reply that speaks of a destination is overdue since a moment. Of its mail that is ready, what
    /// would wait long goes back, so that it does not take the places of others.
    func keepsWaiting(_ destination: String, since: Uptime) {
        let now = surroundings.uptime()
        let isNew = state.withLock { state in
            let isNew = !state.paces.answersSlowly(destination, at: now)
            state.paces.limit(destination) { $0.keepsWaiting(since: since, at: now) }
            for mail in state.mails.remove(where: { $0.destination == destination }) {
                shelve(mail, &state, now)
            }
            return isNew
        }
        if isNew { surroundings.log(.warning, "destination \(destination): \(Self.slowness)") }
    }

    /// Takes back messages that a relay was given and that were not begun.
    func putBack(_ mails: [ReadyMail], from relay: Int) {
        let now = surroundings.uptime()
        state.withLock { state in
            for mail in mails {
                state.noteReturned(relay)
                state.paces.changeKnown(mail.destination) { pace in
                    pace.ended()
                    pace.giveBack()
                }
                shelve(mail, &state, now)
            }
        }
    }
}

extension Outbox {
    /// A destination whose mail should not be composed yet.
    struct Stall: Sendable {
        let pace: DestinationPace
        /// Messages of it that are ready.
        let ahead: Int
        /// The orders that had been carried out then.
        let orders: Int
    }

    /// How many orders of an operator were carried out.
    var orders: Int { state.withLock { $0.orders } }

    /// Destinations whose next message would wait longer than it is kept here.
    var stalls: [String: Stall] {
        let now = surroundings.uptime()
        return state.withLock { state in
            var stalls: [String: Stall] = [:]
            for (name, pace) in state.paces.limitedNow(at: now) {
                let ahead = state.mails.count(of: name)
                if pace.expectedTime(behind: ahead, at: now) - now > Self.patience {
                    stalls[name] = Stall(pace: pace, ahead: ahead, orders: state.orders)
                }
            }
            return stalls
        }
    }

    /// What destinations taught, to be kept over a restart.
    var paceMemories: [String: DestinationPace.Memory] {
        let (now, clock) = (surroundings.uptime(), surroundings.clock())
        return state.withLock { state in
            var memories: [String: DestinationPace.Memory] = [:]
            for name in state.paces.limited {
                memories[name] = state.paces[name]?.memory(at: now, clock)
            }
            return memories
        }
    }

    /// Goes on from what destinations taught before a restart.
    func recall(_ memories: [String: DestinationPace.Memory]) {
        let (now, clock) = (surroundings.uptime(), surroundings.clock())
        state.withLock { state in
            for (name, memory) in memories {
                state.paces.limit(name) { $0.recall(memory, at: now, clock) }
            }
        }
    }

    /// A report told what a relay could not: the destination wants less, or refuses by policy.
    /// Whether anything follows from it.
    func reported(_ destination: String, _ report: DestinationReport) -> Bool {
        let now = surroundings.uptime()
        let news = state.withLock { state in
            switch report {
            case .delayed(let reason): state.complained(destination, reason, at: now)
            case .refusedByPolicy(let reason):
                state.refusedByPolicy(destination, reason, at: now)
            }
        }
        guard let news else { return false }
        surroundings.log(.warning, "destination \(destination): \(news)")
        return true
    }

    /// Mail of a mailing waits for a destination without having come here.
    func noteWaiting(_ mailing: Int64, _ destination: String) {
        state.withLock { state in
            if state.tally[mailing]?[destination] == nil {
                state.tally[mailing, default: [:]][destination] = 0
            }
        }
    }

    /// Whether destinations have begun to rest since this was asked last.
    func takeRested() -> Bool {
        state.withLock { state in
            defer { state.rested = [] }
            return !state.rested.isEmpty
        }
    }

    /// Why a mailing must pause because of where it is not wanted; nil when it may go on.
    func restObjection(_ mailing: Int64) -> String? {
        let now = surroundings.uptime()
        return state.withLock { state in
            let rests = state.paces.limited.filter {
                state.paces[$0]?.restsByItself(at: now) ?? false
            }
            return RestLimit.objection(state.tally[mailing] ?? [:], rests: rests)
        }
    }

    /// Destinations of a mailing that are slow, rest or warm up.
    func limits(of mailing: Int64) -> [SendingStatus.DestinationStatus] {
        let names = state.withLock { Set(($0.tally[mailing] ?? [:]).keys) }
        return destinations.filter { status in
            names.contains(status.name)
                && (status.isResting || status.rate != nil || status.answersSlowly
                    || status.warmUp == 0)
        }
    }

    /// The wall clock's time of a moment to come; nil for never.
    static func instant(_ moment: Uptime, _ now: Uptime, _ clock: Instant) -> Instant? {
        moment.nanoseconds == .max ? nil : clock + (moment - now)
    }
}
