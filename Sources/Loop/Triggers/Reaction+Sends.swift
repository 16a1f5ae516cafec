import Core
import Rules
import Store

extension Reaction {
    func send(_ send: Person.Send, of action: String) throws {
        _ = try queue(
            send.mailing, after: send.after, by: "action \(action)"
        ) { mailing throws(StoreError) in
            try freeOccasion(of: action, for: mailing.id)
        }
    }

    /// An action may send a mailing more than once for an event: by two of its lines, or because a
    /// trigger runs it again.
    private func freeOccasion(
        of action: String, for mailing: Int64
    ) throws(StoreError) -> Occasion {
        let event = try cause.eventID()
        var nth = 1
        while true {
            let first = Occasion.action(action, event: event)
            let occasion = nth == 1 ? first : Occasion(text: "\(first.text)/\(nth)")
            let key = DeliveryKey(mailing: mailing, profile: cause.profile, occasion: occasion)
            guard try access.isQueued(key) else { return occasion }
            nth += 1
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
                return try run(.named(action), depth: depth + 1) != .failed
            }
            try access.setWatch(
                DueWatch(
                    profile: cause.profile,
                    watch: Watch.run(trigger: trigger.name, firing: firing).text,
                    at: cause.at + trigger.after, event: cause.source))
            return true
        }
    }

    /// Queues a mailing for this person unless its state forbids it, or, where it is due at once,
    /// status, topic or suppression; that is noted on the event. What is due later is judged then:
    /// who subscribes or confirms until then gets it.
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
        if after == .zero,
            let reason = try access.block(
                profile: profile, kind: version.kind, topic: version.topic)
        {
            return try blocked(reason)
        }
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
