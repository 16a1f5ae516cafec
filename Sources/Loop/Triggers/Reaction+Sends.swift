import Core
import Rules
import Store

extension Reaction {
    func send(_ send: Person.Send, of action: String) throws {
        _ = try queue(
            send.mailing, after: send.after, by: "action \(action)"
        ) { _ throws(StoreError) in
            .action(action, event: try cause.eventID())
        }
    }

    /// Does what a trigger asks for; false when that was blocked, which uses nothing up.
    func follow(_ trigger: TriggerRule, firing: Int, depth: Int) throws -> Bool {
        _ = try cause.eventID(trigger: trigger.name)
        switch trigger.consequence {
        case .send(let name):
            return try queue(name, after: trigger.after, by: "trigger \(trigger.name)") {
                mailing throws(StoreError) in
                _ = try isBraked(trigger, mailing)
                return .trigger(trigger.name, firing: firing)
            }
        case .run(let name):
            guard let action = plan.rules.actions[name] else { return false }
            guard try !isBraked(trigger, nil) else { return false }
            guard trigger.after > .zero else {
                try run(.named(action), depth: depth + 1)
                return true
            }
            try access.setWatch(
                DueWatch(
                    profile: cause.profile,
                    watch: Watch.run(trigger: trigger.name, firing: firing).text,
                    at: cause.at + trigger.after))
            return true
        }
    }

    /// Queues a mailing for this person unless status, topic, suppression or its state forbid
    /// it, which is noted on the event.
    func queue(
        _ name: String, after: TimeSpan, by cause: String,
        occasion: (MailingRecord) throws(StoreError) -> Occasion
    ) throws(StoreError) -> Bool {
        let profile = self.cause.profile
        func blocked(_ reason: String) throws(StoreError) -> Bool {
            let note = BlockedSend(cause: cause, mailing: name, reason: reason)
            try self.cause.note(note.text, in: "blocked")
            return false
        }
        guard let mailing = try access.mailing(named: name), let active = mailing.activeVersion,
            let version = try access.version(active)
        else { return try blocked("there is no such mailing") }
        guard mailing.state == .running || mailing.state == .paused else {
            return try blocked("the mailing is \(mailing.state)")
        }
        let reason = try access.block(
            profile: profile, kind: version.kind, topic: version.topic)
        if let reason { return try blocked(reason) }
        let key = DeliveryKey(
            mailing: mailing.id, profile: profile, occasion: try occasion(mailing))
        let delivery = try access.queue(
            key, version: active, due: self.cause.at + after, at: self.cause.at)
        if let delivery, let source = self.cause.source {
            try access.set(event: source, of: delivery)
        }
        return true
    }

    /// Counts a firing. Above the brake the mailing is held, with this send among those that wait
    /// for the operator; where there is no mailing to hold, the firing is blocked.
    private func isBraked(
        _ trigger: TriggerRule, _ mailing: MailingRecord?
    ) throws(StoreError) -> Bool {
        guard let limit = trigger.brake else { return false }
        let day = plan.rules.zone.civil(cause.at).daysSinceEpoch
        let count = try access.countFiring(of: trigger.name, mailing: mailing?.id, on: day)
        guard count > limit else { return false }
        let reason = "brake: trigger \(trigger.name) fired more than \(limit) times in a day"
        guard let mailing else {
            let action = if case .run(let name) = trigger.consequence { name } else { "" }
            let note = BlockedSend(
                cause: "trigger \(trigger.name)", mailing: action, reason: reason)
            try cause.note(note.text, in: "blocked")
            if count == limit + 1 {
                station.log(.error, "\(reason); it runs \(action) no more today")
            }
            return true
        }
        if try access.brake(mailing: mailing.id, reason: reason) {
            station.log(
                .error,
                "mailing \(mailing.name) is held: \(reason); to let it go on: "
                    + "maildctl mailing resume \(mailing.name)")
        }
        return true
    }
}
