internal import Composition
internal import Core
internal import Store
internal import Threads

extension DeskRound {
    /// Decides whether a mailing may start, says what it waits for, and shows it. Returns when
    /// time alone could change that.
    func attend(_ name: String) -> Instant? {
        guard let entry = valid[name] else { return nil }
        do {
            guard let record = try reader.mailing(named: name) else { return nil }
            var facts = PreviewPage.Facts(
                name: name, version: entry.mailing.version.text, state: "\(record.state)")
            facts.audience = try audience(of: name, isWaiting: record.state == .waiting)
            facts.previewMade = entry.preview?.made
            facts.peopleShown = entry.preview?.people.count ?? 0
            var until: Instant?
            if let next = try keepSchedule(entry, record, &facts) {
                until = next
            } else if record.state == .waiting, let audience = facts.audience {
                wantDryRunAgain(entry, audience)
                until = try decide(entry, record, audience, &facts)
            }
            if let again = try countClicks(record, &facts) {
                until = min(until ?? again, again)
            }
            try show(entry, facts)
            return until
        } catch {
            surroundings.log(.error, "\(name): cannot be looked after: \(error)")
            return now + .seconds(5)
        }
    }

    /// Counts a mailing's clicks now and then, as long as some are to be expected. Returns when to
    /// count again.
    private func countClicks(
        _ record: MailingRecord, _ facts: inout PreviewPage.Facts
    ) throws -> Instant? {
        guard record.state != .waiting else { return nil }
        let isOver = record.finished.map { now - $0 > Self.clickDays } ?? false
        if let last = clicks[record.name], isOver || now - last.at < Self.clickInterval {
            facts.clicks = last.figures
            return isOver ? nil : last.at + Self.clickInterval
        }
        facts.clicks = try reader.linkFigures(mailing: record.id)
        clicks[record.name] = (facts.clicks, now)
        return isOver ? nil : now + Self.clickInterval
    }

    /// A count reads every click of the mailing.
    private static let clickInterval = TimeSpan.minutes(5)
    private static let clickDays = TimeSpan.days(14)

    private func decide(
        _ entry: Valid, _ record: MailingRecord, _ audience: Int, _ facts: inout PreviewPage.Facts
    ) throws -> Instant? {
        let mailing = entry.mailing
        let version = mailing.version.text
        if entry.isBroken {
            let reason = "its file is in error: see \(mailing.name).error.txt"
            facts.waiting = reason
            try wait(record, reason)
            return nil
        }
        if let hold = try record.activeVersion.flatMap({ try reader.senderHold(version: $0) }) {
            facts.waiting = hold.obstacle
            try wait(record, hold.obstacle)
            // Nothing tells when an operator lets it go.
            return now + .seconds(10)
        }
        let send: FrontMatter.Send
        switch try start(of: mailing) {
        case .send(let known): send = known
        case .waits(let reason):
            facts.waiting = reason
            try wait(record, reason)
            return now + .seconds(60)
        }
        let approval = ApprovalCode.judge(
            mailing.frontMatter.approve, mailing: mailing.name, version: version,
            audience: audience, makeLetters: surroundings.codeLetters)
        let decision = ReleaseDecision(limit: settings.releaseLimit, coolOff: settings.coolOff)
        let verdict = decision.verdict(
            ReleaseDecision.Facts(
                send: send, approval: approval, audience: audience,
                unchangedSince: entry.since, dryRun: dryRunState(entry, audience),
                shortPool: try reader.shortage(of: mailing.couponPools, for: audience)), now: now)
        switch verdict {
        case .release:
            let name = mailing.name
            let at = now
            try store.write(.control) { try $0.release(name, at: at) }
            surroundings.changed()
            guard mailing.frontMatter.send.recurrence == nil else {
                surroundings.log(.notice, "\(name): approved, it runs at its dates")
                return now
            }
            surroundings.log(.notice, "\(name): released to \(audience) recipients")
            facts.state = "\(MailingState.running)"
            return nil
        case .wait(let reason, let until):
            facts.waiting = reason
            let message = ApprovalCode.message(
                mailing: mailing.name, version: version, audience: audience)
            facts.code = surroundings.codeLetters(message).map {
                ApprovalCode(audience: audience, letters: $0).text
            }
            try wait(record, reason)
            return until
        }
    }

    func wait(_ record: MailingRecord, _ reason: String) throws {
        guard record.reason != reason else { return }
        let name = record.name
        try store.write(.control) { try $0.setWaiting(reason: reason, mailing: name) }
    }

    /// Counting takes its time with a million profiles: a mailing that waits is counted anew after
    /// five seconds, or after twenty times what it took; any other only when its version is new.
    private func audience(of name: String, isWaiting: Bool) throws -> Int? {
        guard let entry = valid[name] else { return nil }
        if let counted = entry.counted, !isWaiting || now < counted.again { return counted.people }
        let start = MonotonicTime.now()
        let people = try count(entry.mailing)
        let took = MonotonicTime.now().milliseconds(since: start)
        valid[name]?.counted = (people, now + .milliseconds(max(5000, 20 * took)))
        return people
    }

    /// How many it would go to: those in the audience who may be mailed and have the topic.
    private func count(_ mailing: CompiledMailing) throws -> Int? {
        guard let audience = mailing.audience else { return nil }
        let compiler = ConditionCompiler(
            mailing.rules, columns: try reader.fieldColumns(), now: now)
        let matter = mailing.frontMatter
        let recipients = try compiler.recipients(audience, kind: matter.kind, topic: matter.topic)
        // By parts: one long read would keep the store's log from shrinking.
        let last = try reader.lastProfileID()
        var total = 0
        var next: Int64 = 1
        while next <= last {
            let end = min(last, next + Self.countedAtOnce - 1)
            total += try reader.count(recipients, in: next...end)
            next = end + 1
        }
        return total
    }

    /// Profile ids; a tenth of a second with a plain condition.
    private static let countedAtOnce: Int64 = 100_000
}
