internal import Bounce
internal import Core
internal import Seal
internal import Store

/// Takes one message from whatever way it came: applies it, puts aside what was not understood,
/// says so in the log. Each thread has its own, for its sealer's sake.
final class Reception {
    private let intake: Intake
    private let quarantine: Quarantine
    private let surroundings: InboxSurroundings

    init(
        store: Store, ring: KeyRing, quarantine: Quarantine, surroundings: InboxSurroundings
    ) throws {
        let replyAddress = surroundings.replyAddress
        intake = try Intake(
            store: store, ring: ring, classifier: surroundings.classifier,
            replyAddress: { version, access in
                // Without anybody to carry them, answers are recorded only.
                surroundings.forward == nil ? nil : try replyAddress(version, access)
            })
        self.quarantine = quarantine
        self.surroundings = surroundings
    }

    /// Commits a message for each of its recipients (for all in one where the way names none).
    /// `name` is what the log calls it. Throws when it is to be offered again.
    func take(_ arrival: Arrival, name: String) throws {
        let recipients: [[String]] =
            arrival.recipients.isEmpty ? [[]] : arrival.recipients.map { [$0] }
        for recipient in recipients {
            var one = arrival
            one.recipients = recipient
            try takeOne(one, name)
        }
    }

    private func takeOne(_ arrival: Arrival, _ name: String) throws {
        let effect = try intake.apply(arrival, at: surroundings.clock())
        if case .unclear(let reason) = effect.result {
            let file = try quarantine.keep(
                arrival.message, fingerprint: Fingerprint.of(arrival.message), reason: reason)
            surroundings.log(.warning, "inbox: \(name) is in quarantine as \(file): \(reason)")
        }
        if let news = effect.news { surroundings.reported(news) }
        say(effect, name)
    }

    func say(_ effect: Intake.Effect, _ name: String) {
        let log = surroundings.log
        switch effect.result {
        case .bounced(let delivery, let reason, let weight):
            log(
                .info,
                "inbox: delivery \(delivery) bounced, \(reason.rawValue) (\(weight.rawValue))")
        case .forged(let perhaps):
            let guess = perhaps.map { "; its address was last sent delivery \($0)" } ?? ""
            log(
                .notice,
                "inbox: \(name) claims to be a report and carries no token of ours\(guess)")
        case .unsubscribed(let delivery):
            log(.info, "inbox: consent to delivery \(delivery) was taken back by mail")
        case .reply(let delivery, let obstacle):
            log(
                .info,
                "inbox: a person answered delivery \(delivery), "
                    + (obstacle.map { "not handed on: \($0)" } ?? "handed on"))
        case .complained(let delivery): log(.notice, "inbox: a complaint about \(delivery)")
        case .noted, .autoReply, .other, .repeated, .unclear: break
        }
        if let alert = effect.alert {
            log(alert.isPause ? .error : .warning, alert.text)
            if alert.isPause { surroundings.ledgerChanged() }
        }
    }
}
