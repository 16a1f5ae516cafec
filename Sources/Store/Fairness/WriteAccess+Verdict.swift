package import Core
internal import Rules

extension WriteAccess {
    /// Decides about a delivery that waits, in the order of the manual: status, topic, suppression,
    /// cap, hours. What may not leave is settled or put off with the reason; what may is left as it
    /// is. `terms` nil: consent alone decides.
    package func admit(
        _ delivery: Int64, _ terms: SendTerms?, at now: Instant
    ) throws(StoreError) -> SendVerdict {
        try judge(delivery, ledgerStatements().waiting(delivery), terms, at: now)
    }

    /// The same of what was found of the delivery.
    func judge(
        _ delivery: Int64, _ found: LedgerStatements.Waiting?, _ terms: SendTerms?, at now: Instant
    ) throws(StoreError) -> SendVerdict {
        guard let found, found.state == .queued || found.state == .deferred else {
            return .stays(reason: "it is not waiting any more")
        }
        guard found.mailingState == .running else {
            return .stays(reason: "the mailing does not run")
        }
        let verdict = try verdict(delivery, found, terms, at: now)
        switch verdict {
        case .go, .stays: break
        case .suppressed(let reason):
            try transition(delivery, to: .suppressed, reason: reason, at: now)
            try returnCoupons(of: delivery)
        case .expired(let reason):
            try transition(delivery, to: .expired, reason: reason, at: now)
            try returnCoupons(of: delivery)
            // A firing that was blocked is not used up.
            if let record = try self.delivery(delivery) {
                try giveBack(record.occasion, of: found.profile)
            }
        case .putOff(let until, let reason):
            try ledgerStatements().putOff(
                delivery, wanted: found.wanted, until: until, reason: reason, at: now)
        }
        return verdict
    }

    private func verdict(
        _ delivery: Int64, _ found: LedgerStatements.Waiting, _ terms: SendTerms?, at now: Instant
    ) throws(StoreError) -> SendVerdict {
        guard found.profile != 0 else {
            return try proofObjection(delivery).map { .suppressed(reason: $0) } ?? .go
        }
        if let reason = found.consent.objection(to: found.kind) {
            return .suppressed(reason: reason)
        }
        if let reason = try choiceObjection(
            found.preference, of: found.profile, to: found.kind, at: now)
        {
            return .suppressed(reason: reason)
        }
        guard let terms else { return .go }
        if let ends = terms.ends, now >= ends {
            return .expired(reason: "the deadline \(ends.rfc3339) is past")
        }
        if let once = terms.once,
            try capStatements().hasBeenSent(found.mailing, to: found.profile, after: now - once)
        {
            let time = once > CapRule.longestSpan ? "ever" : "per \(once)"
            return .suppressed(reason: "got it before, and it goes once \(time)")
        }
        guard found.kind == .marketing else { return .go }
        if let wait = try capWait(found, terms, at: now) {
            let giveUpAt = found.wanted + terms.lifetime
            guard wait.until <= giveUpAt else {
                return .expired(
                    reason: "\(wait.reason) until \(wait.until.rfc3339), and its time is over at "
                        + giveUpAt.rfc3339)
            }
            return .putOff(until: wait.until, reason: wait.reason)
        }
        if let opening = try opening(for: found.profile, terms, at: now) {
            return .putOff(until: opening, reason: "outside of its hours")
        }
        return .go
    }

    private func capWait(
        _ found: LedgerStatements.Waiting, _ terms: SendTerms, at now: Instant
    ) throws(StoreError) -> CapRule.Wait? {
        let topic = found.consent.topic
        guard let span = terms.caps.span(topic: topic) else { return nil }
        let statements = try capStatements()
        return terms.caps.wait(
            topic: topic, sends: try statements.sends(to: found.profile, after: now - span),
            rivals: try statements.rivals(of: found.profile, among: terms.rivals, at: now), at: now)
    }
}

extension ReadAccess {
    /// Until when a marketing message to a person has to wait for its hours; nil when it may go.
    package func opening(
        for profile: Int64, _ terms: SendTerms, at now: Instant
    ) throws(StoreError) -> Instant? {
        guard let window = terms.window else { return nil }
        return window.opening(after: now, in: try zone(ofProfile: profile, terms))
    }

    private func zone(ofProfile id: Int64, _ terms: SendTerms) throws(StoreError) -> Zone {
        let name: String?? =
            terms.readsZone
            ? try connection.first(
                "SELECT \(RecipientZones.field) FROM profile WHERE id = ?", [.integer(id)]
            ) { $0.optionalText(0) } : nil
        return terms.zones.zone(named: name ?? nil, else: terms.zone)
    }
}
