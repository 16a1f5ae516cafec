internal import Bounce
internal import Core
internal import Store

/// The effects of one request's events, inside the transaction that remembers them.
struct WebhookCommitment {
    struct Item: Sendable {
        var event: ProviderEvent
        /// By a token of ours in the event; nil where there is none.
        var delivery: Int64?
        var key: String
    }

    struct Effects: Sendable {
        var news: [DestinationNews] = []
        var alerts: [BounceEffect.Alert] = []
    }

    let access: WriteAccess
    let now: Instant
    let classifier: Classifier

    func commit(_ items: [Item]) throws -> Effects {
        var effects = Effects()
        for item in items {
            guard try access.isNew(report: item.key, at: now) else {
                try access.count("inbox.repeated")
                continue
            }
            guard let delivery = try delivery(of: item) else {
                try access.count("inbox.unknown-delivery")
                continue
            }
            try apply(item.event, to: delivery, &effects)
            try access.count("inbox.webhook-\(item.event.kind.rawValue)")
        }
        return effects
    }

    private func delivery(of item: Item) throws -> DeliveryRecord? {
        if let id = item.delivery { return try access.delivery(id) }
        guard let email = try? EmailAddress(item.event.recipient) else { return nil }
        return try access.lastDelivery(to: email, since: now - Intake.window)
    }

    private func apply(
        _ event: ProviderEvent, to delivery: DeliveryRecord, _ effects: inout Effects
    ) throws {
        let status = event.status.flatMap { EnhancedStatus($0) }
        let verdict = classifier.judge(code: event.code, status: status, text: event.text)
        if let news = DestinationNews.Verdict(event),
            let domain = try access.domain(ofProfile: delivery.profile)
        {
            effects.news.append(DestinationNews(domain: domain, verdict: news))
        }
        switch event.kind {
        case .failed:
            let weight = Self.weight(event, verdict)
            guard delivery.state != .bounced || weight == .hard else { return }
            let reason = [
                event.saysDead && weight == .hard && !verdict.reason.isAddressDead
                    ? BounceReason.suppressed.rawValue : verdict.reason.rawValue,
                event.code.map(String.init), status?.description,
            ]
            let effect = try access.bounced(
                BounceReport(
                    delivery: delivery.id, weight: weight,
                    reason: reason.compactMap { $0 }.joined(separator: " ")), at: now)
            effects.alerts += effect.alert.map { [$0] } ?? []
        case .delayed: break
        case .delivered: try note(EventKind("delivered"), delivery)
        case .complaint:
            let alert = try access.complained(delivery.id, at: now)
            effects.alerts += alert.map { [$0] } ?? []
        case .unsubscribe:
            let withdrawal = Withdrawal(delivery: delivery.id, isFromEverything: false, way: .mail)
            _ = try withdrawal.apply(in: access, at: now)
        }
    }

    /// The table's word on what the server said; the provider's own only where that is unclear.
    private static func weight(
        _ event: ProviderEvent, _ verdict: BounceVerdict
    ) -> BounceHistory.Weight {
        if verdict.weight == .hard { return .hard }
        if event.saysDead, [.unclear, .suppressed].contains(verdict.reason) { return .hard }
        guard verdict.weight == .soft else { return .none }
        return verdict.reason.isAddressDead ? .parked : .soft
    }

    private func note(_ kind: EventKind, _ delivery: DeliveryRecord) throws {
        guard !delivery.isProof else { return }
        try access.record(
            EventRecord(
                profile: delivery.profile, kind: kind, at: now, mailing: delivery.mailing,
                delivery: delivery.id))
    }
}
