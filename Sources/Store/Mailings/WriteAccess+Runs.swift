package import Core

/// Runs of a mailing that comes again, and the parts of one that goes to some first.
extension WriteAccess {
    /// An operator or the marketer lets a mailing with a schedule go: this version runs at each of
    /// its dates from now on.
    func approve(_ mailing: MailingRecord) throws(StoreError) {
        try connection.run(
            "UPDATE mailing SET approved = active_version, scheduled = NULL WHERE id = ?",
            [.integer(mailing.id)])
    }

    /// Sets when a mailing runs next.
    package func schedule(_ name: String, next: Instant) throws(StoreError) {
        try connection.run(
            "UPDATE mailing SET scheduled = ? WHERE id = ?",
            [.integer(next.milliseconds), .integer(try existing(name).id)])
    }

    /// Begins the run of a date, if it is the one that is scheduled, and schedules the next in the
    /// same transaction: however often it is tried, a date has one run. Returns whether it began.
    @discardableResult
    package func beginRun(
        _ name: String, of date: Instant, scheduled: Instant, next: Instant, at now: Instant
    ) throws(StoreError) -> Bool {
        let mailing = try existing(name)
        guard mailing.scheduled == scheduled, let approved = mailing.approved,
            approved == mailing.activeVersion,
            mailing.state == .waiting || mailing.state == .running && mailing.isPlanned
        else { return false }
        try connection.run(
            """
            UPDATE mailing SET state = ?, reason = NULL, running_version = active_version,
                released = ?, occasion = ?, scheduled = ?, planned = 0, planned_to = 0,
                stage = 0, stage_since = NULL
            WHERE id = ?
            """,
            [
                .integer(MailingState.running.rawValue), .integer(now.milliseconds),
                .text(Occasion.scheduled(date).text), .integer(next.milliseconds),
                .integer(mailing.id),
            ])
        return true
    }

    /// Lets the rest of a mailing go whose first part has been planned. Returns false when it has no
    /// rest that waits.
    @discardableResult
    package func continueRun(_ id: Int64) throws(StoreError) -> Bool {
        try connection.run(
            """
            UPDATE mailing SET stage = ?, planned = 0, planned_to = 0, reason = NULL
            WHERE id = ? AND stage = ?
            """,
            [
                .integer(RunStage.rest.rawValue), .integer(id),
                .integer(RunStage.firstPart.rawValue),
            ]) == 1
    }

    /// Notes that all of the first part have been sent, and says what the rest waits for.
    package func noteFirstPart(
        _ id: Int64, sentAt: Instant, reason: String
    ) throws(StoreError) {
        try connection.run(
            "UPDATE mailing SET stage_since = coalesce(stage_since, ?), reason = ? WHERE id = ?",
            [.integer(sentAt.milliseconds), .text(reason), .integer(id)])
    }

    /// Stops planning: its deadline is past.
    package func endPlanning(_ id: Int64) throws(StoreError) {
        try connection.run(
            "UPDATE mailing SET planned = 1, stage = iif(stage = ?, ?, stage) WHERE id = ?",
            [
                .integer(RunStage.firstPart.rawValue), .integer(RunStage.rest.rawValue),
                .integer(id),
            ])
    }

    /// A mailing that was through has something to do again.
    func wake(_ mailing: MailingRecord) throws(StoreError) {
        let hasRun = mailing.state == .waiting && mailing.occasion != .once
        guard mailing.state == .finished || hasRun else { return }
        try setState(mailing.id, .running, reason: nil)
    }

    /// Whether what is in force of a mailing has dates of its own.
    func comesAgain(_ mailing: MailingRecord) throws(StoreError) -> Bool {
        try mailing.activeVersion.flatMap { id throws(StoreError) in
            try timetable(ofVersion: id).schedule
        } != nil
    }

    /// Why the rest of a mailing should not follow its first part by itself: complaints or hard
    /// bounces above the rate of a warning, three at least. Nil when they are few.
    package func objection(toRestOf id: Int64) throws(StoreError) -> String? {
        try flushCounts()
        let health = try health(mailing: id)
        for (name, events, limits) in [
            ("complaints", health.complaints, policy.complaints),
            ("hard bounces", health.hardBounces, policy.hardBounces),
        ] where events >= 3 && Double(events) > limits.warn * Double(health.delivered) {
            return "\(events) \(name) of \(health.delivered) delivered"
        }
        return nil
    }
}

extension ReadAccess {
    /// What a version says of its dates and of its deadline, as the file says it.
    package func timetable(
        ofVersion id: Int64
    ) throws(StoreError) -> (schedule: String?, deadline: String?) {
        try connection.first(
            "SELECT schedule, deadline FROM version WHERE id = ?", [.integer(id)]
        ) { ($0.optionalText(0), $0.optionalText(1)) } ?? (nil, nil)
    }
}
