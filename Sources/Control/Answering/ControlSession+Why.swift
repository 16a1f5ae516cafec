import Core
import Expression
import JSON
import Rules
import Store

/// Why somebody got a mailing, this alternative of it, or nothing: in sentences, with the values
/// of that moment.
extension ControlSession {
    /// Of the last deliveries, or of one mailing.
    func reasons(_ call: ControlCall, for profile: Int64) throws -> [JSON] {
        let deliveries = try reader.deliveries(profile: profile)
        let events = try reader.lastEvents(profile: profile, limit: Self.eventsRead)
        guard let name = call.option("mailing") else {
            return try deliveries.suffix(Self.deliveriesTold).reversed().map { delivery in
                let mailing = try reader.mailing(delivery.mailing)?.name ?? ""
                return try told(mailing, try sentences(of: delivery, events), delivery)
            }
        }
        let mailing = try found(mailing: name)
        let own = deliveries.filter { $0.mailing == mailing.id }
        let blocked = blockedSends(of: name, events)
        guard own.isEmpty else {
            return try own.suffix(Self.deliveriesTold).reversed().map { delivery in
                try told(name, try sentences(of: delivery, events) + blocked, delivery)
            }
        }
        return [try nothing(of: mailing, profile, blocked)]
    }

    private static let deliveriesTold = 10
    private static let eventsRead = 1000
    private static let blockedTold = 10

    private func told(
        _ mailing: String, _ sentences: [String], _ delivery: DeliveryRecord
    ) throws -> JSON {
        [
            "mailing": .string(mailing), "delivery": .integer(delivery.id),
            "state": .string(delivery.state.name),
            "because": .array(sentences.map(JSON.string)),
        ]
    }

    // MARK: What was sent, or was to be

    private func sentences(
        of delivery: DeliveryRecord, _ events: [EventRecord]
    ) throws -> [String] {
        var sentences = [Self.words(of: delivery), Self.words(of: delivery.occasion)]
        if let reply = delivery.reply { sentences.append("the relay's last words: \(reply)") }
        sentences += try choices(of: delivery)
        let later = events.filter { $0.delivery == delivery.id }.suffix(Self.blockedTold)
        sentences += later.map { event in
            let link = event.link.map { " on \($0)" } ?? ""
            let judged = event.verdict.map { ", judged \($0)" } ?? ""
            return "event \(event.id): \(event.kind.name)\(link) on \(event.at)\(judged)"
        }
        return sentences
    }

    private static func words(of delivery: DeliveryRecord) -> String {
        let why = delivery.reason.map { ": \($0)" } ?? ""
        let at = delivery.updated
        return switch delivery.state {
        case .queued: "it waits since \(delivery.created) and is due \(delivery.due)\(why)"
        case .deferred:
            "it was put off until \(delivery.due) after \(delivery.attempts) attempts\(why)"
        case .sending: "it is being sent"
        case .sent: "it was sent on \(at)\(why)"
        case .bounced: "it was sent and came back on \(at)\(why)"
        case .refused: "it was refused on \(at)\(why)"
        case .suppressed: "it was not sent on \(at)\(why)"
        case .skipped: "it left her out on \(at)\(why)"
        case .inDoubt: "nobody knows whether it arrived\(why)"
        default: "it is \(delivery.state.name) since \(at)\(why)"
        }
    }

    private static func words(of occasion: Occasion) -> String {
        let parts = occasion.text.split(separator: "/")
        switch parts.first {
        case "trigger" where parts.count >= 3:
            return "trigger \(parts[1]) fired for the person, time \(parts[2])"
        case "action" where parts.count >= 3:
            return "action \(parts[1]) sent it because of event \(parts[2])"
        case "sequence" where parts.count >= 4:
            return "sequence \(parts[1]) sent it, entered time \(parts[2])"
        case "at" where parts.count >= 2:
            return "it goes out by schedule, this time of \(parts[1])"
        case "0": return "she was in its audience when it was planned"
        default: return "the occasion was \(occasion.text)"
        }
    }

    /// What the merge row keeps of the moment of composing.
    private func choices(of delivery: DeliveryRecord) throws -> [String] {
        guard let bytes = try reader.mergeRow(delivery.id), let row = try? JSON(parsing: bytes)
        else {
            guard let choices = delivery.choices, !choices.isEmpty else { return [] }
            return ["chosen: \(choices); what was known then is kept no more"]
        }
        func members(_ name: String) -> [(name: String, value: JSON)] {
            row[name]?.object?.members ?? []
        }
        var sentences: [String] = []
        for slot in row["choices"]?["slots"]?.object?.members ?? [] {
            sentences.append(
                slot.value.string.map { "slot \(slot.name) showed \($0)" }
                    ?? "slot \(slot.name) stayed empty")
        }
        for names in row["choices"]?["blocks"]?.array ?? [] {
            let shown = (names.array ?? []).compactMap(\.string).joined(separator: ", ")
            sentences.append("blocks by score: \(shown.isEmpty ? "none" : shown)")
        }
        let then = row["now"]?.integer.map { " on \(Instant(milliseconds: $0))" } ?? ""
        sentences += members("segments").map { segment in
            "\(segment.value == true ? "in" : "not in") segment \(segment.name)\(then)"
        }
        sentences += members("answers").map { answer in
            "\(answer.name): \(answer.value == true ? "held" : "did not hold")\(then)"
        }
        let values = members("fields").map { "\($0.name) \($0.value.string ?? $0.value.text)" }
        if !values.isEmpty { sentences.append("known then: \(values.joined(separator: ", "))") }
        return sentences
    }

    /// Sends of a mailing that events asked for and a check forbade, newest first.
    private func blockedSends(of mailing: String, _ events: [EventRecord]) -> [String] {
        let notes = events.reversed().flatMap { event in
            (event.data["blocked"]?.array ?? []).compactMap(\.string).map { (event, $0) }
        }
        return notes.filter { $0.1.contains(", \(mailing): ") }.prefix(Self.blockedTold).map {
            "event \($0.id) on \($0.at) would have sent it, but \($1)"
        }
    }

    // MARK: What was not

    private func nothing(
        of mailing: MailingRecord, _ profile: Int64, _ blocked: [String]
    ) throws -> JSON {
        let active = try mailing.activeVersion.flatMap { try reader.version($0) }
        var sentences = [
            "there is no delivery of it to this person",
            words(of: mailing, hasAudience: active?.isTriggered == false),
        ]
        var parts: [JSON] = []
        if let version = active {
            if version.isTriggered {
                sentences.append("it is sent by triggers, actions and sequences alone")
            }
            let block = try reader.block(
                profile: profile, kind: version.kind, topic: version.topic)
            sentences.append(
                block.map { "it may not go to her now: \($0)" }
                    ?? "status, topic and suppression would let it go to her now")
        }
        if let audience = try host.audienceCondition(mailing.name) {
            parts = try explained(audience.condition, audience.rules, for: profile)
            sentences.append(
                parts.first?["holds"] == true
                    ? "she is in its audience now" : "she is not in its audience now")
        }
        return [
            "mailing": .string(mailing.name), "delivery": .null,
            "because": .array((sentences + blocked).map(JSON.string)),
            "parts": .array(parts),
        ]
    }

    private func words(of mailing: MailingRecord, hasAudience: Bool) -> String {
        let why = mailing.reason.map { ": \($0)" } ?? ""
        return "the mailing is \(mailing.state)\(why)"
            + (hasAudience && mailing.isPlanned ? "; its audience was taken already" : "")
    }
}
