internal import Bounce
internal import Core
internal import JSON
internal import Seal
internal import Store
internal import Threads

/// Takes what providers report by HTTP, from those who prove themselves only.
///
/// The provider vouches for the recipient, so its word counts where no token of ours came back:
/// then the last delivery to that address is meant.
final class WebhookIntake: Sendable {
    private let providers: [String: Provider]
    private let store: Store
    private let surroundings: InboxSurroundings
    private let sealer: Monitor<Handed<Sealer>>

    init(
        _ providers: [Provider], store: Store, ring: KeyRing, surroundings: InboxSurroundings
    ) throws {
        self.providers = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.store = store
        self.surroundings = surroundings
        sealer = Monitor(Handed(try Sealer(ring)))
    }

    func take(_ request: WebhookRequest) -> WebhookAnswer {
        guard let provider = providers[request.provider] else { return .unknown }
        guard provider.kind == .mailgun || Self.provesItself(request, provider) else {
            return refused(provider)
        }
        guard let json = try? JSON(parsing: request.body) else { return .malformed }
        do {
            switch provider.kind {
            case .mailgun:
                guard try Self.isSigned(json, provider, at: surroundings.clock()) else {
                    return refused(provider)
                }
                return try commit(json, provider)
            case .ses: return try takeSNS(json, provider)
            case .sendgrid, .postmark: return try commit(json, provider)
            }
        } catch {
            surroundings.log(.error, "inbox: \(provider): \(error); it will try again")
            return .later
        }
    }

    private func refused(_ provider: Provider) -> WebhookAnswer {
        surroundings.log(.notice, "inbox: a webhook of \(provider) did not prove itself")
        try? store.write(.loop) { try $0.count("inbox.webhook-refused") }
        return .unknown
    }

    // MARK: - Proof

    /// The secret stands in the path, or is the password of basic authentication (RFC 7617).
    private static func provesItself(_ request: WebhookRequest, _ provider: Provider) -> Bool {
        if KeyedCode.areEqual(request.secret, provider.secret) { return true }
        let words = request.authorization.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic",
            let decoded = Base64.decoded(Array(words[1].utf8)),
            let colon = decoded.firstIndex(of: 0x3A)
        else { return false }
        let password = String(decoding: decoded[(colon + 1)...], as: UTF8.self)
        return KeyedCode.areEqual(password, provider.secret)
    }

    /// How far a signature's time may be from ours.
    private static let signatureAge = TimeSpan.days(1)

    /// HMAC-SHA-256 of timestamp and token under the signing key (Mailgun "Securing webhooks").
    private static func isSigned(
        _ json: JSON, _ provider: Provider, at now: Instant
    ) throws -> Bool {
        guard let signature = json["signature"], let code = signature["signature"]?.string,
            let token = signature["token"]?.string,
            let timestamp = signature["timestamp"]?.string
                ?? signature["timestamp"]?.integer.map(String.init),
            let seconds = Int64(timestamp), (0..<1 << 40).contains(seconds)
        else { return false }
        let at = Instant(milliseconds: seconds * 1000)
        guard at + signatureAge > now, at < now + signatureAge else { return false }
        return try KeyedCode.isGenuine(
            code, of: Array((timestamp + token).utf8), key: Array(provider.secret.utf8))
    }

    // MARK: - SNS

    /// Unwraps SNS. A subscription is never confirmed by itself: that would be a request to a URL
    /// that a stranger names. It stands in the log, for an admin to confirm.
    private func takeSNS(_ json: JSON, _ provider: Provider) throws -> WebhookAnswer {
        guard let topic = json["TopicArn"]?.string, topic == provider.topic else {
            return refused(provider)
        }
        switch json["Type"]?.string ?? "" {
        case "Notification":
            guard let message = json["Message"]?.string, let inner = try? JSON(parsing: message)
            else { return .malformed }
            return try commit(inner, provider)
        case "SubscriptionConfirmation":
            let url = json["SubscribeURL"]?.string ?? ""
            guard Self.isAmazon(url) else { return .malformed }
            surroundings.log(
                .warning,
                "inbox: \(provider) asks for its subscription to be confirmed, once, by opening "
                    + url)
            return .taken
        case "UnsubscribeConfirmation":
            surroundings.log(.warning, "inbox: \(provider) no longer reports here")
            return .taken
        default: return .malformed
        }
    }

    /// `https://sns.REGION.amazonaws.com/…`, printable and short enough for a log line.
    static func isAmazon(_ url: String) -> Bool {
        guard url.hasPrefix("https://sns."), url.utf8.count < 1_000,
            url.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
        else { return false }
        let host = url.dropFirst(8).prefix { $0 != "/" }
        return (host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn"))
            && host.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
                    || byte == 0x2E
            }
    }

    // MARK: - Events

    /// All events of one request in one transaction.
    private func commit(_ json: JSON, _ provider: Provider) throws -> WebhookAnswer {
        let events = ProviderEvent.events(json, from: provider.kind)
        guard !events.isEmpty else { return .taken }
        let named = try events.map { event in
            let key = "\(provider.name) \(event.id)"
            return WebhookCommitment.Item(
                event: event, delivery: try delivery(named: event.texts),
                key: try Fingerprint.of(Array(key.utf8)))
        }
        let now = surroundings.clock()
        let classifier = surroundings.classifier
        let effects = try store.write(.loop) { access in
            try WebhookCommitment(access: access, now: now, classifier: classifier).commit(named)
        }
        for news in effects.news { surroundings.reported(news) }
        for alert in effects.alerts {
            surroundings.log(alert.isPause ? .error : .warning, alert.text)
            if alert.isPause { surroundings.ledgerChanged() }
        }
        return .taken
    }

    private func delivery(named texts: [String]) throws -> Int64? {
        try sealer.withLock { sealer in
            for text in texts where text.utf8.count < 4_096 {
                for token in ReturnPath.tokens(in: text) {
                    if let id = try sealer.value.delivery(of: token, for: .returnPath) { return id }
                }
                for token in MessageID.tokens(in: text) {
                    if let id = try sealer.value.delivery(of: token, for: .messageID) { return id }
                }
            }
            return nil
        }
    }
}
