internal import Composition
internal import Core
internal import Store

/// Mailings that come again, and what `send` says of the others.
extension DeskRound {
    /// What of `send` is known by now.
    enum Start {
        case send(FrontMatter.Send)
        /// What it waits for, in words.
        case waits(String)
    }

    /// `send` with its instants: by which clock, or after which mailing. One that comes again may be
    /// let go at once, for its dates.
    func start(of mailing: CompiledMailing) throws -> Start {
        switch mailing.frontMatter.send {
        case .hold, .now, .at, .onTrigger: return .send(mailing.frontMatter.send)
        case .repeatedly: return .send(.now)
        case .clock(let civil, let name):
            let zone = name.flatMap { surroundings.zones($0) } ?? mailing.zone
            return .send(.at(zone.instant(of: civil)))
        case .after(let span, let name):
            guard let other = try reader.mailing(named: name) else {
                return .waits("starts \(span) after \(name), which does not exist yet")
            }
            guard let released = other.released else {
                return .waits("starts \(span) after \(name), which has not started yet")
            }
            return .send(.at(released + span))
        }
    }

    /// Runs a mailing that comes again and has been let go, when its date has come. Returns when to
    /// look again; nil when it is no such mailing, or something else must be decided first.
    ///
    /// A date that was missed is made up for at once when it is at most twelve hours late and its
    /// deadline is not past, else left out; of several, the last counts. A date that comes while
    /// the run before is still being planned waits for that.
    func keepSchedule(
        _ entry: Valid, _ record: MailingRecord, _ facts: inout PreviewPage.Facts
    ) throws -> Instant? {
        guard let recurrence = entry.mailing.frontMatter.send.recurrence, !entry.isBroken,
            record.state == .waiting || record.state == .running,
            let approved = record.approved, approved == record.activeVersion,
            try reader.senderHold(version: approved) == nil
        else { return nil }
        let zone = entry.mailing.zone
        guard let scheduled = record.scheduled else {
            let next = recurrence.next(after: now, in: zone)
            try store.write(.control) { try $0.schedule(record.name, next: next) }
            return now
        }
        guard now >= scheduled else {
            guard record.state == .waiting else { return scheduled }
            let reason = "\(recurrence): runs next at \(scheduled.rfc3339)"
            facts.waiting = reason
            try wait(record, reason)
            return scheduled
        }
        guard record.state == .waiting || record.isPlanned else { return now + .seconds(1) }
        let date = recurrence.latest(from: scheduled, notAfter: now, in: zone)
        let next = recurrence.next(after: date, in: zone)
        try begin(record, date, scheduled: scheduled, next: next, entry.mailing)
        return next
    }

    private func begin(
        _ record: MailingRecord, _ date: Instant, scheduled: Instant, next: Instant,
        _ mailing: CompiledMailing
    ) throws {
        let at = now
        let name = record.name
        if scheduled < date {
            surroundings.log(
                .warning, "\(name): dates from \(scheduled.rfc3339) on were missed and are left out"
            )
        }
        let end = mailing.frontMatter.deadline?.end(start: date, in: mailing.zone)
        guard at - date <= Recurrence.grace, end.map({ at < $0 }) ?? true else {
            surroundings.log(
                .warning, "\(name): the date \(date.rfc3339) was missed and is left out")
            return try store.write(.control) { try $0.schedule(name, next: next) }
        }
        let hasBegun = try store.write(.control) { access in
            try access.beginRun(name, of: date, scheduled: scheduled, next: next, at: at)
        }
        if hasBegun {
            surroundings.log(.notice, "\(name): runs for \(date.rfc3339)")
            surroundings.changed()
        }
    }
}
