internal import Core
internal import Incoming
internal import JSON
internal import Rules
internal import Store

/// One event of a script, as the daemon would have it recorded.
struct PlayFact: Sendable {
    var event: PlayScript.Event
    var profile: Int64
    var mailing: Int64?
    var version: Int64?
    var terms: PlayScript.Mailing?
    var rules: LoopRules

    func happen(in access: WriteAccess) throws {
        switch event.kind {
        case .send: try send(in: access)
        case .unsubscribe:
            // A link without a topic is one from everything.
            if let topic = terms?.topic {
                try access.set(topic: topic, subscribed: false, of: profile, at: event.at)
            } else {
                try access.restrict(profile, to: .unsubscribed, at: event.at)
            }
            try record(in: access)
        case .subscribe:
            if let topic = event.values["topic"]?.string ?? terms?.topic {
                try access.set(topic: topic, subscribed: true, of: profile, at: event.at)
            }
            try record(in: access)
        case .bounce:
            if event.values["hard"]?.bool != false {
                try access.restrict(profile, to: .bounced, at: event.at)
            }
            try record(in: access)
        case .complaint:
            try access.restrict(profile, to: .complained, at: event.at)
            try record(in: access)
        case .sale: try sell(in: access)
        case .refund, .contact: try take(in: access)
        default: try record(in: access)
        }
    }

    // MARK: From other systems

    /// Keeps the purchases that `bought` and `purchases.…` ask for, and credits the sale.
    private func sell(in access: WriteAccess) throws {
        let sale = try PlaySale(event.values, order: "play/\(access.lastEventID())")
        var incoming = IncomingEvent(kind: .sale, person: person)
        incoming.matter = .sale(sale.sale)
        incoming.values = sale.values
        try take(incoming, in: access)
    }

    private func take(in access: WriteAccess) throws {
        let json: JSON = [
            "kind": .string(event.kind.name), "email": .string(event.email),
            "values": .object(event.values),
        ]
        let incoming: IncomingEvent
        do throws(IncomingFault) {
            incoming = try EventReader(rules, at: event.at).event(json)
        } catch {
            throw PlayScript.Invalid(description: "\(error)")
        }
        try take(incoming, in: access)
    }

    private func take(_ incoming: IncomingEvent, in access: WriteAccess) throws {
        let touched = try mailing.flatMap { mailing in
            try access.deliveries(profile: profile).last {
                $0.mailing == mailing && $0.state == .sent
            }
        }
        let outcome = try access.take(
            incoming, clicked: touched?.id, IncomingTerms(caller: "play"), at: event.at)
        if case .refused(let reason) = outcome { throw PlayScript.Invalid(description: reason) }
    }

    private var person: IncomingEvent.Person {
        IncomingEvent.Person(email: try? EmailAddress(event.email))
    }

    // MARK: By mail

    /// Queues the mailing for this person; its checks are those of the moment it goes out.
    private func send(in access: WriteAccess) throws {
        guard let mailing, let version else { return }
        var key = DeliveryKey(mailing: mailing, profile: profile, occasion: .scheduled(event.at))
        let first = key.occasion.text
        var nth = 1
        while try access.isQueued(key) {
            nth += 1
            key.occasion = Occasion(text: "\(first)/\(nth)")
        }
        try access.queue(key, version: version, due: event.at, at: event.at)
    }

    private func record(in access: WriteAccess) throws {
        var data = event.values
        if let link = event.link,
            let place = terms?.links.firstIndex(where: { $0.name == link })
        {
            data["n"] = .integer(Int64(place + 1))
        }
        try access.record(
            EventRecord(
                profile: profile, kind: event.kind, at: event.at, mailing: mailing,
                link: event.link, data: data.members.isEmpty ? .null : .object(data)))
    }
}
