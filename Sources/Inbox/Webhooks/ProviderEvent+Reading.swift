internal import JSON

/// Reads what providers send. What is not known or not whole is passed over: providers add fields
/// and kinds of event as they like.
extension ProviderEvent {
    /// Events of one request that are looked at.
    static let maximumEvents = 2_000

    static func events(_ json: JSON, from kind: Provider.Kind) -> [ProviderEvent] {
        let items = (json.array ?? [json]).prefix(maximumEvents)
        return items.flatMap { item -> [ProviderEvent] in
            switch kind {
            case .ses: ses(item)
            case .sendgrid: sendGrid(item).map { [$0] } ?? []
            case .postmark: postmark(item).map { [$0] } ?? []
            case .mailgun: mailgun(item["event-data"] ?? item).map { [$0] } ?? []
            }
        }
    }

    /// The notification inside SNS's envelope (docs.aws.amazon.com, "Amazon SNS notification
    /// contents for Amazon SES"), also in the form of event publishing.
    private static func ses(_ json: JSON) -> [ProviderEvent] {
        let texts = json["mail"].map { strings(in: $0) } ?? []
        let type = json["notificationType"]?.string ?? json["eventType"]?.string ?? ""
        let message = json["mail"]?["messageId"]?.string ?? ""
        func event(
            _ kind: Kind, _ recipient: JSON, _ detail: JSON?, saysDead: Bool = false
        ) -> ProviderEvent? {
            guard let address = recipient.string ?? recipient["emailAddress"]?.string else {
                return nil
            }
            let id = detail?["feedbackId"]?.string ?? message
            let text = recipient["diagnosticCode"]?.string ?? ""
            return ProviderEvent(
                kind: kind, recipient: address, id: "\(type) \(id) \(address)",
                code: basicCode(in: text), status: recipient["status"]?.string, text: text,
                saysDead: saysDead, texts: texts)
        }
        switch type {
        case "Bounce":
            let bounce = json["bounce"]
            let kind = bounce?["bounceSubType"]?.string ?? ""
            let isDead =
                bounce?["bounceType"]?.string == "Permanent"
                && ["General", "NoEmail", "Suppressed", "OnAccountSuppressionList"].contains(kind)
            return (bounce?["bouncedRecipients"]?.array ?? []).compactMap {
                event(.failed, $0, bounce, saysDead: isDead)
            }
        case "Complaint":
            let complaint = json["complaint"]
            return (complaint?["complainedRecipients"]?.array ?? []).compactMap {
                event(.complaint, $0, complaint)
            }
        case "Delivery":
            return (json["delivery"]?["recipients"]?.array ?? []).compactMap {
                event(.delivered, $0, nil)
            }
        case "DeliveryDelay":
            return (json["deliveryDelay"]?["delayedRecipients"]?.array ?? []).compactMap {
                event(.delayed, $0, nil)
            }
        default: return []
        }
    }

    /// SendGrid's event webhook (docs "Event Webhook Reference").
    private static func sendGrid(_ json: JSON) -> ProviderEvent? {
        guard let address = json["email"]?.string, let id = json["sg_event_id"]?.string else {
            return nil
        }
        let kind: Kind
        var isDead = false
        switch json["event"]?.string ?? "" {
        case "bounce":
            kind = .failed
            isDead = json["type"]?.string ?? "bounce" == "bounce"
        case "dropped":
            // Not sent at all, since its own list had the address.
            let reason = json["reason"]?.string?.lowercased() ?? ""
            guard reason.contains("bounced") || reason.contains("invalid") else { return nil }
            kind = .failed
            isDead = true
        case "deferred": kind = .delayed
        case "delivered": kind = .delivered
        case "spamreport": kind = .complaint
        case "unsubscribe", "group_unsubscribe": kind = .unsubscribe
        default: return nil
        }
        let text = json["reason"]?.string ?? json["response"]?.string ?? ""
        return ProviderEvent(
            kind: kind, recipient: address, id: id, code: basicCode(in: text),
            status: json["status"]?.string, text: text, saysDead: isDead,
            texts: strings(in: json))
    }

    /// Postmark's webhooks (developer docs "Bounce webhook", "Spam complaint webhook").
    private static func postmark(_ json: JSON) -> ProviderEvent? {
        let record = json["RecordType"]?.string ?? ""
        guard let address = json["Email"]?.string ?? json["Recipient"]?.string else { return nil }
        let number = json["ID"]?.integer.map(String.init) ?? json["MessageID"]?.string ?? ""
        let text = json["Details"]?.string ?? json["Description"]?.string ?? ""
        var event = ProviderEvent(
            kind: .failed, recipient: address, id: "\(record) \(number) \(address)",
            code: basicCode(in: text), text: text, texts: strings(in: json))
        switch record {
        case "Bounce":
            switch json["Type"]?.string ?? "" {
            case "HardBounce", "BadEmailAddress": event.saysDead = true
            case "Transient", "DnsError", "SMTPApiError": event.kind = .delayed
            case "SpamComplaint": event.kind = .complaint
            case "Unsubscribe": event.kind = .unsubscribe
            case "AutoResponder", "AddressChange", "Subscribe", "ChallengeVerification": return nil
            default: break
            }
        case "SpamComplaint": event.kind = .complaint
        case "Delivery": event.kind = .delivered
        case "SubscriptionChange":
            guard json["SuppressSending"]?.bool == true,
                json["SuppressionReason"]?.string == "ManualSuppression"
            else { return nil }
            event.kind = .unsubscribe
        default: return nil
        }
        return event
    }

    /// Mailgun's webhooks (documentation "Webhooks", `event-data`).
    private static func mailgun(_ json: JSON) -> ProviderEvent? {
        guard let address = json["recipient"]?.string, let id = json["id"]?.string else {
            return nil
        }
        let status = json["delivery-status"]
        let text = status?["message"]?.string ?? status?["description"]?.string ?? ""
        var event = ProviderEvent(
            kind: .failed, recipient: address, id: id,
            code: status?["code"]?.integer.flatMap { (400..<600).contains($0) ? Int($0) : nil },
            status: status?["enhanced-code"]?.string, text: text, texts: strings(in: json))
        switch json["event"]?.string ?? "" {
        case "failed":
            if json["severity"]?.string == "temporary" { event.kind = .delayed }
            event.saysDead = json["reason"]?.string == "suppress-bounce"
        case "complained": event.kind = .complaint
        case "unsubscribed": event.kind = .unsubscribe
        case "delivered": event.kind = .delivered
        default: return nil
        }
        return event
    }

    /// All texts of a value, at most 500, without recursion.
    private static func strings(in json: JSON) -> [String] {
        var texts: [String] = []
        var open = [json]
        while let next = open.popLast(), texts.count < 500 {
            switch next {
            case .string(let text): texts.append(text)
            case .array(let items): open += items.prefix(500)
            case .object(let object): open += object.members.prefix(500).map(\.value)
            case .null, .bool, .integer, .number: break
            }
        }
        return texts
    }

    /// The first number from 400 to 599 that begins a word: `smtp; 550 5.1.1 …`.
    static func basicCode(in text: String) -> Int? {
        text.utf8.prefix(300).split { !(0x30...0x39).contains($0) && $0 != 0x2E }
            .first { $0.count == 3 && !$0.contains(0x2E) }
            .flatMap { Int(String(decoding: Array($0), as: UTF8.self)) }
            .flatMap { (400..<600).contains($0) ? $0 : nil }
    }
}
