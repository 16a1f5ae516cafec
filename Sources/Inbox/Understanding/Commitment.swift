internal import Bounce
internal import Core
internal import JSON
internal import Store

/// One message's effects, inside the transaction that remembers the message.
struct Commitment {
    let access: WriteAccess
    let now: Instant
    /// Where a person's answer is handed on to.
    let replyTo: EmailAddress?

    /// Answers of one person that are handed on a day.
    static let forwardsADay = 20

    func commit(_ message: Understood) throws -> Intake.Effect {
        var isNew = true
        for key in message.keys where try !access.isNew(report: key, at: now) { isNew = false }
        guard isNew else {
            try access.count("inbox.repeated")
            // Killed before it was put aside: it still has to be.
            return Intake.Effect(result: unclear(message.reading) ?? .repeated)
        }
        let effect = try applied(message)
        try access.count(Self.counter(effect.result))
        return effect
    }

    private func applied(_ message: Understood) throws -> Intake.Effect {
        var delivery: DeliveryRecord?
        switch message.subject {
        case .delivery(let id), .unsubscribe(let id):
            delivery = try access.delivery(id)
            guard delivery != nil else {
                // The store is older than the mail: a restored backup.
                try access.count("inbox.unknown-delivery")
                return Intake.Effect(result: .other)
            }
        case .address, .none: break
        }
        if case .unsubscribe(let id) = message.subject, message.reading.kind != .report,
            !message.reading.isFromMailSystem
        {
            return try withdrawn(id)
        }
        switch message.reading.kind {
        case .autoReply: return try autoReply(delivery)
        case .complaint:
            guard let delivery else { return try forged(message.subject) }
            switch message.reading.feedbackType?.lowercased() {
            // The opposite of a complaint (RFC 6430).
            case "not-spam": return Intake.Effect(result: .noted(delivery: delivery.id))
            case "opt-out": return try withdrawn(delivery.id)
            default: break
            }
            let alert = try access.complained(delivery.id, at: now)
            return Intake.Effect(result: .complained(delivery: delivery.id), alert: alert)
        case .report:
            guard let delivery else { return try forged(message.subject) }
            return try report(message.reading, delivery)
        case .other:
            if let unclear = unclear(message.reading) { return Intake.Effect(result: unclear) }
            guard let delivery else { return Intake.Effect(result: .other) }
            return try reply(message, delivery)
        }
    }

    private func withdrawn(_ delivery: Int64) throws -> Intake.Effect {
        let withdrawal = Withdrawal(delivery: delivery, isFromEverything: false, way: .mail)
        _ = try withdrawal.apply(in: access, at: now)
        return Intake.Effect(result: .unsubscribed(delivery: delivery))
    }

    /// Nil unless a mail server wrote the message and nothing was found in it.
    private func unclear(_ reading: BounceReading) -> Intake.Result? {
        guard reading.kind == .other, reading.isFromMailSystem || reading.isCut else { return nil }
        return .unclear(
            reason: reading.isCut
                ? "too large or too deep to be read whole, and nothing was found"
                : "written by a mail server, but no recipient was found in it")
    }

    private func report(
        _ reading: BounceReading, _ delivery: DeliveryRecord
    ) throws -> Intake.Effect {
        guard let failure = reading.failure else {
            return try noted(reading, delivery)
        }
        let weight = Self.weight(failure)
        var effect = Intake.Effect(
            result: .bounced(delivery: delivery.id, failure.verdict.reason, weight))
        effect.news = try news(reading, delivery)
        // A second soft report on one delivery says nothing new.
        if delivery.state == .bounced && weight != .hard {
            effect.result = .repeated
            return effect
        }
        effect.alert = try access.bounced(
            BounceReport(delivery: delivery.id, weight: weight, reason: Self.reason(failure)),
            at: now
        ).alert
        return effect
    }

    /// Delayed, or delivered: the one slows the destination, the other is a sign of life.
    private func noted(
        _ reading: BounceReading, _ delivery: DeliveryRecord
    ) throws -> Intake.Effect {
        var effect = Intake.Effect(result: .noted(delivery: delivery.id))
        effect.news = try news(reading, delivery)
        if let first = reading.recipients.first, first.action == .delivered,
            first.confidence > .low
        {
            try note(EventKind("delivered"), delivery)
        }
        return effect
    }

    /// A guess suppresses nobody; a dead address by a code that is not final waits.
    static func weight(_ failure: RecipientReport) -> BounceHistory.Weight {
        if failure.confidence == .low { return .unsure }
        switch failure.verdict.weight {
        case .hard: return .hard
        case .soft: return failure.verdict.reason.isAddressDead ? .parked : .soft
        case .none: return .none
        }
    }

    /// The reason's name with the codes; the server's words may hold addresses and stay out.
    static func reason(_ failure: RecipientReport) -> String {
        [
            failure.verdict.reason.rawValue, failure.code.map(String.init),
            failure.status?.description,
        ]
        .compactMap { $0 }.joined(separator: " ")
    }

    private func news(
        _ reading: BounceReading, _ delivery: DeliveryRecord
    ) throws -> DestinationNews? {
        guard let verdict = DestinationNews.Verdict(reading) else { return nil }
        return try access.domain(ofProfile: delivery.profile).map {
            DestinationNews(domain: $0, verdict: verdict)
        }
    }

    private func autoReply(_ delivery: DeliveryRecord?) throws -> Intake.Effect {
        if let delivery { try note(EventKind("auto-reply"), delivery) }
        return Intake.Effect(result: .autoReply(delivery: delivery?.id))
    }

    func note(_ kind: EventKind, _ delivery: DeliveryRecord) throws {
        guard !delivery.isProof else { return }
        try access.record(
            EventRecord(
                profile: delivery.profile, kind: kind, at: now, mailing: delivery.mailing,
                delivery: delivery.id))
    }

    /// Recorded, and handed on to where the mailing's answers go, unless it goes in circles.
    private func reply(
        _ message: Understood, _ delivery: DeliveryRecord
    ) throws -> Intake.Effect {
        var obstacle = message.head.loopReason
        if replyTo == nil { obstacle = obstacle ?? "there is no address for answers" }
        if message.message.count > Arrival.maximumMessage {
            obstacle = obstacle ?? "it is larger than 1 MB"
        }
        if try access.forwards(of: delivery.profile, since: now - .days(1)) >= Self.forwardsADay {
            obstacle = obstacle ?? "too many in a day"
        }
        try note(EventKind("reply"), delivery)
        if obstacle == nil, let replyTo {
            try access.forward(
                ForwardedMessage.bytes(message.message, delivery: delivery.id), of: delivery.id,
                to: replyTo, at: now)
        }
        return Intake.Effect(result: .reply(delivery: delivery.id, notForwarded: obstacle))
    }

    private func forged(_ subject: Understood.Subject) throws -> Intake.Effect {
        var perhaps: Int64?
        if case .address(let text) = subject, let email = try? EmailAddress(text) {
            perhaps = try access.lastDelivery(to: email, since: now - Intake.window)?.id
            if perhaps != nil { try access.count("inbox.by-address") }
        }
        return Intake.Effect(result: .forged(perhaps: perhaps))
    }

    private static func counter(_ result: Intake.Result) -> String {
        switch result {
        case .bounced(_, _, let weight): "inbox.bounced-\(weight.rawValue)"
        case .noted: "inbox.noted"
        case .complained: "inbox.complained"
        case .unsubscribed: "inbox.unsubscribed"
        case .autoReply: "inbox.auto-reply"
        case .reply(_, nil): "inbox.reply-forwarded"
        case .reply: "inbox.reply"
        case .other: "inbox.other"
        case .forged: "inbox.forged"
        case .repeated: "inbox.repeated"
        case .unclear: "inbox.unclear"
        }
    }
}
