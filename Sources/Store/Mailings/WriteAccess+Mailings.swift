package import Core

extension WriteAccess {
    package func set(_ name: String, to value: String?) throws(StoreError) {
        try connection.run(
            "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
            [.text(name), .optional(value)])
    }

    /// What the desk found valid, to be put in force.
    package struct Activation: Sendable {
        package var name: String
        /// Of the source bundle: the same hash is the same version.
        package var hash: String
        package var kind: MailingKind
        package var topic: String?
        package var isTriggered: Bool
        /// What `send` says of a mailing that comes again; nil: it goes once.
        package var schedule: String?
        /// What `deadline` says.
        package var deadline: String?
        /// The domain of From, by which senders are held.
        package var fromDomain: String?
        package var source: [UInt8]
        /// The images and attachments that the source refers to.
        package var assets: [AssetRecord]

        package init(
            name: String, hash: String, kind: MailingKind, topic: String?, isTriggered: Bool,
            schedule: String? = nil, deadline: String? = nil, fromDomain: String? = nil,
            source: [UInt8], assets: [AssetRecord] = []
        ) {
            self.name = name
            self.hash = hash
            self.kind = kind
            self.topic = topic
            self.isTriggered = isTriggered
            self.schedule = schedule
            self.deadline = deadline
            self.fromDomain = fromDomain
            self.source = source
            self.assets = assets
        }
    }

    /// Puts a version in force and returns its mailing. What already runs keeps its version.
    /// A mailing started by triggers runs from its first activation; any other waits.
    @discardableResult
    package func activate(
        _ activation: Activation, reason: String? = nil, at now: Instant
    ) throws(StoreError) -> MailingRecord {
        if try mailing(named: activation.name) == nil {
            try connection.run(
                "INSERT INTO mailing (name, state) VALUES (?, ?)",
                [.text(activation.name), .integer(MailingState.waiting.rawValue)])
        }
        let mailing = try mailing(named: activation.name)!
        let active = try mailing.activeVersion.flatMap { id throws(StoreError) in try version(id) }
        if active?.hash != activation.hash {
            try keep(activation.assets)
            try connection.run(
                """
                INSERT INTO version
                    (mailing, hash, kind, topic, triggered, schedule, deadline, from_domain, source,
                    created)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .integer(mailing.id), .text(activation.hash), .text(activation.kind.rawValue),
                    .optional(activation.topic), .integer(activation.isTriggered ? 1 : 0),
                    .optional(activation.schedule), .optional(activation.deadline),
                    .optional(activation.fromDomain), .blob(activation.source),
                    .integer(now.milliseconds),
                ])
            try connection.run(
                "UPDATE mailing SET active_version = ? WHERE id = ?",
                [.integer(connection.lastInsertedID), .integer(mailing.id)])
        }
        try connection.run(
            """
            UPDATE mailing SET present = 1,
                state = CASE WHEN state = 0 AND ?1 THEN 1 WHEN state = 3 AND ?4 THEN 0
                    ELSE state END,
                planned = CASE WHEN ?1 THEN 1 ELSE planned END,
                reason = CASE WHEN state = 0 THEN ?2 ELSE reason END
            WHERE id = ?3
            """,
            [
                .integer(activation.isTriggered ? 1 : 0), .optional(reason),
                .integer(mailing.id), .integer(activation.schedule == nil ? 0 : 1),
            ])
        return try self.mailing(mailing.id)!
    }

    /// Lets a waiting mailing go, with its active version: one that comes again at its dates. Of one
    /// that goes to some first, lets the rest go.
    package func release(_ name: String, at now: Instant) throws(StoreError) {
        let mailing = try existing(name)
        switch mailing.state {
        case .waiting: break
        case .running where try continueRun(mailing.id): return
        case .running, .paused: throw .refused("\(name) has been released already")
        case .finished:
            throw .refused("\(name) has run; a mailing never goes to the same people twice")
        case .cancelled: throw .refused("\(name) was cancelled")
        }
        guard mailing.activeVersion != nil else {
            throw .refused("\(name) has no valid version: see its error file in Previews")
        }
        if let hold = try mailing.activeVersion.flatMap({ id throws(StoreError) in
            try senderHold(version: id)
        }) {
            throw .refused(
                "\(hold.obstacle); to let it go: maildctl sender release \(hold.domain)")
        }
        if try comesAgain(mailing) { return try approve(mailing) }
        try connection.run(
            """
            UPDATE mailing SET state = ?, reason = NULL, running_version = active_version,
                released = ? WHERE id = ?
            """,
            [
                .integer(MailingState.running.rawValue), .integer(now.milliseconds),
                .integer(mailing.id),
            ])
    }

    package func pause(_ name: String, reason: String) throws(StoreError) {
        try move(name, from: [.running], to: .paused, reason: reason, verb: "paused")
    }

    package func resume(_ name: String) throws(StoreError) {
        try move(name, from: [.paused], to: .running, reason: nil, verb: "resumed")
        try forgiveHealth(of: existing(name).id)
        try forgiveBrake(of: existing(name).id)
    }

    /// Ends a mailing for good: what is not yet on its way is cancelled.
    /// Returns how many deliveries that were.
    @discardableResult
    package func cancel(_ name: String, at now: Instant) throws(StoreError) -> Int {
        try move(
            name, from: [.waiting, .running, .paused], to: .cancelled, reason: "by the operator",
            verb: "cancelled")
        let mailing = try existing(name)
        return try transition(
            all: mailing.id, from: [.queued, .deferred, .held], to: .cancelled,
            reason: "the mailing was cancelled", at: now)
    }

    /// Queues refused and expired deliveries of a mailing again; their lifetime begins anew. Returns
    /// how many.
    @discardableResult
    package func retryFailed(_ name: String, at now: Instant) throws(StoreError) -> Int {
        let mailing = try existing(name)
        try connection.run(
            "UPDATE delivery SET created = ?, wanted = NULL WHERE mailing = ? AND state IN (?, ?)",
            [
                .integer(now.milliseconds), .integer(mailing.id),
                .integer(DeliveryState.refused.rawValue),
                .integer(DeliveryState.expired.rawValue),
            ])
        let count = try transition(
            all: mailing.id, from: [.refused, .expired], to: .queued, reason: nil, at: now)
        if count > 0 { try wake(mailing) }
        return count
    }

    /// Notes whether the file is in the folder; a mailing whose file is gone goes on.
    package func set(present: Bool, mailing name: String) throws(StoreError) {
        try connection.run(
            "UPDATE mailing SET present = ? WHERE name = ?",
            [.integer(present ? 1 : 0), .text(name)])
    }

    /// Says in words why a mailing still waits.
    package func setWaiting(reason: String?, mailing name: String) throws(StoreError) {
        try connection.run(
            "UPDATE mailing SET reason = ? WHERE name = ? AND state = ?",
            [.optional(reason), .text(name), .integer(MailingState.waiting.rawValue)])
    }

    /// Marks a mailing finished when it is planned and nothing of it is left to do; one that comes
    /// again waits for its next date. One that triggers start never finishes.
    @discardableResult
    package func finishIfDone(_ id: Int64, at now: Instant) throws(StoreError) -> Bool {
        guard let mailing = try mailing(id), mailing.state == .running, mailing.isPlanned,
            mailing.runningVersion != nil, mailing.stage != .firstPart
        else { return false }
        try flushCounts()
        let counts = try deliveryCounts(mailing: id)
        let open = DeliveryState.allCases.filter { !$0.isFinal }
        guard open.allSatisfy({ counts[$0, default: 0] == 0 }) else { return false }
        let next = try comesAgain(mailing) ? MailingState.waiting : .finished
        try connection.run(
            "UPDATE mailing SET state = ?, finished = ? WHERE id = ?",
            [
                .integer(next.rawValue), .integer(now.milliseconds),
                .integer(id),
            ])
        return true
    }

    func existing(_ name: String) throws(StoreError) -> MailingRecord {
        guard let mailing = try mailing(named: name) else {
            throw .refused("there is no mailing \(name)")
        }
        return mailing
    }

    private func move(
        _ name: String, from: [MailingState], to state: MailingState, reason: String?,
        verb: String
    ) throws(StoreError) {
        let mailing = try existing(name)
        guard from.contains(mailing.state) else {
            throw .refused("\(name) is \(mailing.state) and cannot be \(verb)")
        }
        try setState(mailing.id, state, reason: reason)
    }

    func setState(
        _ id: Int64, _ state: MailingState, reason: String?
    ) throws(StoreError) {
        try connection.run(
            "UPDATE mailing SET state = ?, reason = ? WHERE id = ?",
            [.integer(state.rawValue), .optional(reason), .integer(id)])
    }
}
