internal import Core
internal import Store

/// Deadlines, and mailings that go to some first.
extension Dispatcher {
    /// When a run must be through; nil: it has no deadline.
    func end(of mailing: MailingRecord) throws -> Instant? {
        let terms = try terms(of: mailing)
        guard let deadline = terms.deadline, let start = mailing.started else { return nil }
        return deadline.end(start: start, in: terms.zone ?? surroundings.zones.standard)
    }

    /// Gives up what has not left by the deadline. Returns whether the deadline is past.
    func endAtDeadline(_ mailing: MailingRecord) throws -> Bool {
        let now = surroundings.clock()
        guard let end = try end(of: mailing), now >= end else { return false }
        if !mailing.isPlanned || mailing.stage == .firstPart {
            try store.write(.control) { try $0.endPlanning(mailing.id) }
        }
        let total = try expireWaiting(
            mailing, madeBefore: .distantFuture, isEnd: true,
            reason: "the deadline \(end.rfc3339) is past")
        if total > 0 {
            surroundings.log(
                .warning,
                "mailing \(mailing.name): its deadline is past, \(total) deliveries expired")
        }
        return true
    }

    /// Looks whether the rest of a mailing may follow its first part.
    func tendFirstPart(_ mailing: MailingRecord) throws {
        guard mailing.stage == .firstPart, let stagger = try terms(of: mailing).stagger else {
            return
        }
        let counts = try reader.deliveryCounts(mailing: mailing.id)
        guard counts[.queued, default: 0] + counts[.sending, default: 0] == 0 else { return }
        let now = surroundings.clock()
        let since = mailing.stageSince ?? now
        let percent = stagger.share * 100
        let share = percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
        var reason = "the first \(share) % are through: the rest waits for its release"
        if let wait = stagger.wait, now < since + wait {
            reason =
                "the first \(share) % are through: the rest follows at \((since + wait).rfc3339) if "
                + "bounces and complaints stay few"
        } else if stagger.wait != nil {
            let objection = try store.write(.control) { access in
                let objection = try access.objection(toRestOf: mailing.id)
                if objection == nil { try access.continueRun(mailing.id) }
                return objection
            }
            guard let objection else {
                surroundings.log(.notice, "mailing \(mailing.name): the rest follows")
                return
            }
            reason = "\(objection) of the first \(share) %: the rest waits for its release"
        }
        guard mailing.reason != reason || mailing.stageSince == nil else { return }
        try store.write(.control) { [reason] in
            try $0.noteFirstPart(mailing.id, sentAt: since, reason: reason)
        }
        surroundings.log(.notice, "mailing \(mailing.name): \(reason)")
    }
}
