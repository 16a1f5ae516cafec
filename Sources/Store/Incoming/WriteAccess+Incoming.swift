package import Core
package import Incoming
internal import JSON

extension WriteAccess {
    /// Records one event from outside with all that it sets off. What is refused leaves nothing
    /// behind; what was taken before changes nothing.
    ///
    /// - Parameter delivery: what the event's click id stands for, once verified.
    package func take(
        _ event: IncomingEvent, clicked delivery: Int64? = nil, _ terms: IncomingTerms,
        at now: Instant
    ) throws -> IncomingOutcome {
        try apart { try record(event, clicked: delivery, terms, at: now) }
    }

    /// Adds or changes a profile from outside. Nobody becomes active by it: who is new is
    /// unconfirmed, and a topic that somebody left stays left.
    package func take(
        _ profile: IncomingProfile, _ terms: IncomingTerms, at now: Instant
    ) throws -> IncomingOutcome {
        try apart { try upsert(profile, terms, at: now) }
    }

    /// Runs a body of which nothing is kept when it refuses.
    private func apart(_ body: () throws -> IncomingOutcome) throws -> IncomingOutcome {
        // What was counted and noted before must not be forgotten with what this counts and notes.
        try flushCounts()
        let noted = changes
        try connection.execute("SAVEPOINT piece")
        var outcome: IncomingOutcome
        do {
            outcome = try body()
        } catch StoreError.refused(let reason) {
            outcome = .refused(reason)
        } catch {
            forgetJob()
            changes = noted
            if connection.inTransaction {
                try connection.execute("ROLLBACK TO piece; RELEASE piece")
            }
            throw error
        }
        if case .refused = outcome {
            forgetJob()
            changes = noted
            try connection.execute("ROLLBACK TO piece")
        }
        try connection.execute("RELEASE piece")
        return outcome
    }

    // MARK: Events

    private func record(
        _ event: IncomingEvent, clicked delivery: Int64?, _ terms: IncomingTerms, at now: Instant
    ) throws -> IncomingOutcome {
        if let id = event.id, let known = try knownEvent(id, of: terms.caller) {
            return .known(event: known)
        }
        let at = min(event.at ?? now, now)
        let clicked = try delivery.flatMap { try self.delivery($0) }.flatMap {
            $0.isProof ? nil : $0
        }
        let outcome: IncomingOutcome
        switch event.matter {
        case .refund(let refund):
            outcome = try record(refund, at: at)
        case .sale(let sale):
            let profile = try person(event.person, clicked, terms, at: now)
            outcome = try record(
                sale, event.values, of: profile, clicked: clicked, terms, at: at)
        case .plain:
            let profile = try person(event.person, clicked, terms, at: now)
            let id = try record(plain(event, of: profile, clicked: clicked, at: at))
            if event.kind == .contact, event.values["way"]?.string == "complaint" {
                try openCase(id, of: profile, holds: terms.holdsMarketing, at: now)
            }
            outcome = .recorded(event: id)
        }
        if let id = event.id, case .recorded(let recorded) = outcome {
            try connection.run(
                "INSERT INTO api_event (caller, id, event, at) VALUES (?, ?, ?, ?)",
                [.text(terms.caller), .text(id), .integer(recorded), .integer(now.milliseconds)])
        }
        return outcome
    }

    private func plain(
        _ event: IncomingEvent, of profile: Int64, clicked: DeliveryRecord?, at: Instant
    ) throws -> EventRecord {
        var values = event.values
        if event.kind == .lead, let journey = try journey(of: profile) {
            values = journey.completed(values)
        }
        return EventRecord(
            profile: profile, kind: event.kind, at: at, mailing: clicked?.mailing,
            delivery: clicked?.id, data: .object(values))
    }

    private func knownEvent(_ id: String, of caller: String) throws(StoreError) -> Int64? {
        try connection.first(
            "SELECT event FROM api_event WHERE caller = ? AND id = ?", [.text(caller), .text(id)]
        ) { $0.integer(0) }
    }

    /// Whose event it is; makes an unconfirmed profile where the caller may.
    private func person(
        _ person: IncomingEvent.Person, _ clicked: DeliveryRecord?, _ terms: IncomingTerms,
        at now: Instant
    ) throws -> Int64 {
        var found: Int64?
        if let email = person.email {
            found = try profileID(email: email)
            if found == nil, terms.mayAddPeople {
                found = try addProfile(email: email, status: .unconfirmed, at: now)
            }
        } else {
            found = try clicked?.profile ?? person.visitor.flatMap(profile(ofVisitor:))
        }
        guard let found, let record = try profile(found, fields: []) else {
            throw StoreError.refused("there is no such person")
        }
        guard record.status != .erased else { throw StoreError.refused("this person was erased") }
        if let visitor = person.visitor { try identify(visitor: visitor, as: found) }
        return found
    }

    // MARK: Profiles

    private func upsert(
        _ incoming: IncomingProfile, _ terms: IncomingTerms, at now: Instant
    ) throws -> IncomingOutcome {
        let known = try profileID(email: incoming.email)
        let id = try known ?? addProfile(email: incoming.email, status: .unconfirmed, at: now)
        let status = try profile(id, fields: [])?.status
        guard status != .erased else { throw StoreError.refused("this person was erased") }
        let columns = try fieldColumns()
        try set(
            incoming.fields.compactMap { name, value in columns[name].map { ($0, value) } },
            of: id, at: now)
        for tag in incoming.tags { try self.tag(id, tag) }
        for tag in incoming.untags { try untag(id, tag) }
        var kept: [String] = []
        for (topic, wanted) in incoming.topics.sorted(by: { $0.key < $1.key }) {
            let isChosen = try hasChosen(topic, id)
            guard !wanted || (terms.maySubscribe && isChosen != false && status?.isClosed != true)
            else {
                kept.append("topics.\(topic)")
                continue
            }
            guard isChosen != wanted else { continue }
            try set(topic: topic, subscribed: wanted, of: id, at: now)
            try record(
                EventRecord(
                    profile: id, kind: wanted ? .subscribe : .unsubscribe, at: now,
                    data: ["topic": .string(topic), "way": .string("caller \(terms.caller)")]))
        }
        if incoming.isUnsubscribed, try restrict(id, to: .unsubscribed, at: now) {
            try record(
                EventRecord(
                    profile: id, kind: .unsubscribe, at: now,
                    data: ["way": .string("caller \(terms.caller)")]))
        }
        return known == nil ? .added(profile: id, kept: kept) : .changed(profile: id, kept: kept)
    }

    /// What a person chose herself; nil when she never did.
    private func hasChosen(_ topic: String, _ profile: Int64) throws(StoreError) -> Bool? {
        try connection.first(
            "SELECT subscribed FROM subscription WHERE profile = ? AND topic = ?",
            [.integer(profile), .text(topic)]
        ) { $0.integer(0) != 0 }
    }
}

extension ProfileStatus {
    /// Whether the person, or her mailbox, has said no.
    fileprivate var isClosed: Bool {
        switch self {
        case .active, .unconfirmed: false
        case .unsubscribed, .bounced, .complained, .erased: true
        }
    }
}
