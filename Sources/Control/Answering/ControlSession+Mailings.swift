import Core
import HTTP
import JSON
import Store

extension ControlSession {
    func mailings() throws -> JSON {
        .array(try reader.mailings().map { try summary($0) })
    }

    func mailing(_ call: ControlCall) throws -> JSON {
        let mailing = try found(mailing: call.name)
        guard case .object(var object) = try summary(mailing) else { return .null }
        let now = try mailing.runningVersion.flatMap { try reader.version($0) }
        let next = try mailing.activeVersion.flatMap { try reader.version($0) }
        if let version = now ?? next {
            object["kind"] = .string(version.kind.rawValue)
            object["topic"] = .optional(version.topic)
            object["triggered"] = .bool(version.isTriggered)
            object["version"] = .string(version.hash)
            object["version_created"] = .time(version.created)
            let timetable = try reader.timetable(ofVersion: version.id)
            object["schedule"] = .optional(timetable.schedule)
            object["deadline"] = .optional(timetable.deadline)
        }
        if let now, let next, now.id != next.id {
            // The file was changed after the release: the run goes on with what it began with.
            object["newer_version"] = .string(next.hash)
        }
        if let proofs = try reader.proofMailing(of: mailing.id) {
            object["proofs"] = .counts(try reader.deliveryCounts(mailing: proofs)) { $0.name }
        }
        let health = try reader.health(mailing: mailing.id)
        object["complaints"] = .count(health.complaints)
        object["hard_bounces"] = .count(health.hardBounces)
        object["revenue"] = .array(try revenue(mailing: mailing.id))
        object["planned"] = .bool(mailing.isPlanned)
        if mailing.state == .running { object["obstacles"] = host.obstacles(mailing.id) }
        object["next_due"] = .optional(try reader.nextDue(mailing: mailing.id))
        return .object(object)
    }

    private func summary(_ mailing: MailingRecord) throws -> JSON {
        let counts = try reader.deliveryCounts(mailing: mailing.id)
        return [
            "name": .string(mailing.name), "state": .string("\(mailing.state)"),
            "reason": .optional(mailing.reason), "file_present": .bool(mailing.isPresent),
            "next_run": .optional(mailing.approved == nil ? nil : mailing.scheduled),
            "stage": .optional(mailing.stage.name),
            "released": .optional(mailing.released), "finished": .optional(mailing.finished),
            "total": .count(counts.values.reduce(0, +)),
            "deliveries": .counts(counts) { $0.name },
            "dry_run": .optional(host.dryRun(mailing.name)),
        ]
    }

    /// The mailing as it is after a change.
    private func changed(_ call: ControlCall, count: Int? = nil) throws -> JSON {
        host.ledgerChanged()
        guard case .object(var object) = try mailing(call) else { return .null }
        if let count { object["changed"] = .count(count) }
        return .object(object)
    }

    func release(_ call: ControlCall) throws -> JSON {
        let name = try found(mailing: call.name).name
        if let obstacle = try host.releaseObstacle(name) { throw ControlError(409, obstacle) }
        let now = host.now()
        try write { access in try access.release(name, at: now) }
        return try changed(call)
    }

    func pause(_ call: ControlCall) throws -> JSON {
        let name = try found(mailing: call.name).name
        let reason = String((call.option("reason") ?? "by the operator").prefix(500))
        try write { access in try access.pause(name, reason: reason) }
        return try changed(call)
    }

    func resume(_ call: ControlCall) throws -> JSON {
        let name = try found(mailing: call.name).name
        try write { access in try access.resume(name) }
        return try changed(call)
    }

    func cancel(_ call: ControlCall) throws -> JSON {
        let name = try found(mailing: call.name).name
        let now = host.now()
        return try changed(call, count: try write { access in try access.cancel(name, at: now) })
    }

    func retry(_ call: ControlCall) throws -> JSON {
        let mailing = try found(mailing: call.name)
        let now = host.now()
        let failedOnly = try call.flag("failed_only")
        let count = try write { access in
            failedOnly
                ? try access.retryFailed(mailing.name, at: now)
                : try access.flush(mailing: mailing.id, at: now)
        }
        return try changed(call, count: count)
    }

    func inDoubt(_ call: ControlCall) throws -> JSON {
        try deliveries(call, of: try found(mailing: call.name), in: .inDoubt)
    }

    func resolveDoubt(_ call: ControlCall) throws -> JSON {
        let name = try found(mailing: call.name).name
        guard let decision = call.option("decision").flatMap(WriteAccess.DoubtDecision.init) else {
            throw ControlError(
                400, "decision is resend or drop",
                hint: "Resent, who got it already gets it twice; dropped, who did not never does.")
        }
        let now = host.now()
        let count = try write { access in try access.resolveDoubt(name, decision, at: now) }
        return try changed(call, count: count)
    }
}
