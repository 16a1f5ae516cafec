import Core
import HTTP
import JSON
import Sockets
import Store

/// What came back, and what follows from it.
extension ControlSession {
    /// Octets of a message that are kept; what is behind them says nothing more.
    private static let messageLimit = 1 << 20 + 1

    func ingest(_ call: ControlCall) throws -> JSON {
        guard let body = call.body else {
            throw ControlError(400, "there is no message", hint: "Send it as the body.")
        }
        var message: [UInt8] = []
        do throws(RequestBody.BrokenOff) {
            while let bytes = try body.read() {
                message += bytes.prefix(Self.messageLimit - message.count)
            }
        } catch {
            throw ControlError(400, "the message broke off")
        }
        do {
            try host.ingest(message, call.options("to"))
        } catch {
            throw ControlError(503, "not now: \(error)", hint: "Offer the message again.")
        }
        return ["done": "the message is taken"]
    }

    func quarantine() throws -> JSON {
        do {
            return try host.quarantine()
        } catch {
            throw ControlError(500, "\(error)")
        }
    }

    func senders() throws -> JSON {
        .array(
            try reader.senderHolds().map { hold in
                [
                    "domain": .string(hold.domain), "since": .time(hold.since),
                    "reason": .string(hold.reason),
                ]
            })
    }

    func releaseSender(_ call: ControlCall) throws -> JSON {
        let domain = call.name.lowercased()
        try write { access in try access.releaseSender(domain) }
        host.ledgerChanged()
        return ["done": .string("mailings from \(domain) may start again")]
    }

    /// Status, suppression, what the bounces amount to by the policy in force, and each of them.
    func why(_ call: ControlCall) throws -> JSON {
        let (email, id) = try whom(call)
        var answer = JSON.Object([("email", .string(email.text))])
        var because: [String] = []
        if let suppression = try reader.suppression(email: email.text) {
            because.append(
                "the address is suppressed since \(suppression.at): \(suppression.reason)")
        }
        guard let id, let profile = try reader.profile(id, fields: []) else {
            if because.isEmpty {
                throw ControlError(404, "there is no profile with this address")
            }
            answer["because"] = .array(because.map(JSON.string))
            return .object(answer)
        }
        let now = host.now()
        let policy = host.policy()
        let history = try reader.bounceHistory(
            profile: id, deliveredAfter: policy.deliveredAfter, at: now)
        because.append(Self.words(of: profile.status))
        because.append(Self.words(of: policy.standing(history, at: now), policy))
        if let sign = history.lastSign {
            because.append("the last sign of life was \(sign.kind), \(sign.at)")
        } else {
            because.append("there has been no sign of life yet")
        }
        for topic in try reader.topics() where try !reader.isSubscribed(id, topic: topic.name) {
            because.append("not subscribed to \(topic.name)")
        }
        if let choice = try reader.choiceObjection(of: id, to: .marketing, at: now) {
            because.append("\(choice): no marketing now")
        }
        answer["status"] = .string(profile.status.rawValue)
        answer["marketing"] = .bool(
            try reader.block(profile: id, kind: .marketing, topic: nil) == nil)
        answer["transactional"] = .bool(
            try reader.block(profile: id, kind: .transactional, topic: nil) == nil)
        answer["because"] = .array(because.map(JSON.string))
        answer["bounces"] = .array(
            try history.bounces.prefix(50).map { bounce in
                [
                    "at": .time(bounce.at), "weight": .string(bounce.weight.rawValue),
                    "counts": .bool(policy.isCounted(bounce, history, at: now)),
                    "reason": .string(bounce.reason),
                    "mailing": .optional(
                        try bounce.mailing.flatMap { try reader.mailing($0) }?.name),
                    "delivery": bounce.delivery.map(JSON.integer) ?? .null,
                ]
            })
        answer["mailings"] = .array(try reasons(call, for: id))
        return .object(answer)
    }

    private static func words(of status: ProfileStatus) -> String {
        switch status {
        case .active: "active: gets what she is subscribed to"
        case .unconfirmed: "unconfirmed: no marketing until she confirms"
        case .unsubscribed: "unsubscribed: no marketing"
        case .bounced: "bounced: no mail at all"
        case .complained: "complained: no marketing at all"
        case .erased: "erased"
        }
    }

    private static func words(
        of standing: BouncePolicy.Standing, _ policy: BouncePolicy
    ) -> String {
        switch standing {
        case .good: return "no bounce counts against the address"
        case .counting(let days, let span):
            return "soft bounces on \(days) of \(policy.softDays) days, \(span) apart of at least "
                + "\(policy.softSpan); older than \(policy.memory) they are forgotten"
        case .parked:
            return "a server called the address dead by a code that is not final: a second report "
                + "about another message confirms it"
        case .dead(let cause): return "no more mail because of \(cause.rawValue)"
        }
    }
}
