import Core
import Journal
import Store

/// Hits that wait for their verdict, in order of arrival, and the judge that sees them all.
struct Waiting {
    struct Entry {
        var hit: Hit?
        /// The journal's position after it.
        var next: Position
        /// When it was read, and when it is judged.
        var read: Instant
        var due: Instant
        /// Nil for a record that cannot be read.
        var seen: Observation?
        /// Once judged it stays so, however often its commit is tried.
        var judgement: Judgement?
        /// Clicks of the same delivery that counted and, as is known by this one, should not have.
        var withdrawals: [Withdrawn] = []
    }

    /// A click that turned out to be a machine's.
    struct Withdrawn: Hashable {
        var delivery: Int64
        var link: Int
        var at: Instant
        var why: String
    }

    private let delay: TimeSpan
    private let agents: AgentList
    private var judge = Judge()
    /// By delivery, what was credited to its recipient within the last hour.
    private var credited = Aging<Int64, [Observation]>(generation: 50_000)
    private var entries: [Entry] = []
    private var head = 0

    init(delay: TimeSpan, agents: AgentList = .standard) {
        self.delay = delay
        self.agents = agents
    }

    var count: Int { entries.count - head }
    /// When the first is to be judged; nil when none waits.
    var nextDue: Instant? { head < entries.count ? entries[head].due : nil }

    /// When the first that waits happened; nil when none waits.
    var earliest: Instant? { head < entries.count ? entries[head].hit?.at : nil }

    /// Takes what was read from the journal; nil for a record that cannot be read.
    ///
    /// A hit waits for the delay after it happened, and never longer after it was read.
    mutating func take(
        _ hit: Hit?, about context: HitContext? = nil, next: Position, now: Instant
    ) {
        let due = hit.map { min($0.at, now) + delay } ?? now
        let seen = hit.map { $0.observation(about: context, agents: agents) }
        var entry = Entry(hit: hit, next: next, read: now, due: due, seen: seen)
        if let seen, hit?.kind == .anonymousClick {
            // Nothing tells whose mail it was, so nothing around it can speak.
            entry.seen = nil
            entry.judgement = Judgement(
                verdict: seen.betraysItself == nil ? .human : .machine,
                why: seen.betraysItself ?? "nothing speaks against it")
        } else if let seen {
            judge.observe(seen)
        }
        entries.append(entry)
    }

    /// A click that was committed before the last start.
    struct Recalled {
        var hit: Hit
        var context: HitContext?
        var verdict: Verdict?
    }

    /// Takes note of clicks that were committed before the last start, oldest first: which mail and
    /// which domains are scanned. Nothing is learnt of people from them, since the fields that their
    /// browsers sent are not kept.
    mutating func recall(_ past: [Recalled]) {
        let seen = past.map { $0.hit.observation(about: $0.context, agents: agents) }
        for one in seen { judge.observe(one) }
        for (one, past) in zip(seen, past) where past.verdict == .machine {
            let again = judge.judge(one)
            if again.isCertain { judge.learn(again, of: one) }
        }
    }

    /// The hits whose time has come, at most `limit`, with their verdicts. They stay until
    /// `remove`, so that a failed commit loses nothing.
    ///
    /// - Parameters:
    ///   - horizon: of what happened later some is still in the journal; a verdict waits for it.
    ///   - count: how many of the first are being committed and left out.
    mutating func due(
        at now: Instant, seenUpTo horizon: Instant = .distantFuture, limit: Int,
        after count: Int = 0
    ) -> [Entry] {
        let start = head + count
        let latest = min(now, horizon)
        var end = start
        while end < entries.count, end - start < limit {
            // Before it was read, by a clock that was set back: nobody should wait for it to return.
            let entry = entries[end]
            guard entry.due <= latest || now < entry.read - .seconds(1) else { break }
            if let seen = entry.seen, entry.judgement == nil {
                let judgement = judge.judge(seen)
                judge.learn(judgement, of: seen)
                entries[end].judgement = judgement
                entries[end].withdrawals = withdrawals(after: judgement, of: seen)
            }
            end += 1
        }
        return Array(entries[start..<end])
    }

    /// Forgets the first hits, which are committed.
    mutating func remove(_ count: Int) {
        head += count
        if head > 1000, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }

    /// Judges anew what was credited within the last hour, when a delivery turns out scanned.
    private mutating func withdrawals(
        after judgement: Judgement, of seen: Observation
    ) -> [Withdrawn] {
        guard case .link = seen.target, judgement.verdict == .human else {
            guard judgement.isCertain, credited[seen.delivery]?.isEmpty == false else { return [] }
            return takeBack(from: seen.delivery, since: seen.at - Judge.hour)
        }
        credited.update(seen.delivery, default: []) { credits in
            credits.removeAll { $0.at < seen.at - Judge.hour }
            if credits.count < 64 { credits.append(seen) }
        }
        return []
    }

    private mutating func takeBack(from delivery: Int64, since: Instant) -> [Withdrawn] {
        var taken: [Withdrawn] = []
        let judge = judge
        credited.update(delivery, default: []) { credits in
            credits.removeAll { credit in
                guard credit.at >= since, case .link(let link) = credit.target else { return true }
                let again = judge.judge(credit)
                guard again.verdict == .machine else { return false }
                taken.append(
                    Withdrawn(delivery: delivery, link: link, at: credit.at, why: again.why))
                return true
            }
        }
        // The last first: each finds what it changed as it left it.
        return taken.reversed()
    }
}

extension Hit {
    /// The hit as the judge sees it. Where nothing is known of the delivery, neither its age nor the
    /// domain speaks.
    func observation(about context: HitContext?, agents: AgentList) -> Observation {
        let target: Observation.Target =
            switch kind {
            case .click, .anonymousClick: .link(link)
            case .open: .open
            case .view: .page(2)
            case .unsubscribePage: .page(1)
            case .trap: .trap
            }
        return Observation(
            delivery: delivery, target: target, isHead: method == .head, at: at,
            age: context?.sent.map { at - $0 }, address: peer, domain: context?.domain ?? "",
            mailing: context?.version ?? 0,
            traits: RequestTraits(userAgent: userAgent, headers: headers, agents: agents),
            agents: agents)
    }
}
