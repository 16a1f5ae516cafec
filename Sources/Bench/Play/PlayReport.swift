internal import Core
internal import Expression
internal import JSON
internal import Rules
internal import Store

/// What came of a script, as the store has it.
struct PlayReport {
    let script: PlayScript
    let profiles: [String: Int64]
    let mailings: [String: Int64]
    let reader: ReadAccess

    private struct Line {
        var at: Instant
        var order: Int64
        var json: JSON
    }

    func json(failures: [JSON]) throws -> JSON {
        var people: [JSON] = []
        var sends: [Line] = []
        var blocked: [Line] = []
        var errors: [Line] = []
        let names = Dictionary(uniqueKeysWithValues: mailings.map { ($1, $0) })
        for profile in script.profiles {
            guard let id = profiles[profile.email.text.lowercased()],
                let person = try self.person(id, profile)
            else { continue }
            people.append(person)
            let email = JSON.string(profile.email.text)
            for delivery in try reader.deliveries(profile: id) {
                let name = JSON.string(names[delivery.mailing] ?? "")
                switch delivery.state {
                case .sent:
                    sends.append(
                        Line(
                            at: delivery.updated, order: delivery.id,
                            json: [
                                "at": .string(delivery.updated.rfc3339), "email": email,
                                "mailing": name, "occasion": .string(delivery.occasion.text),
                            ]))
                case .queued, .deferred:
                    guard let (at, reason) = try waiting(delivery) else { continue }
                    blocked.append(block(at, delivery.id, email, name, reason))
                default:
                    blocked.append(
                        block(
                            delivery.updated, delivery.id, email, name,
                            delivery.reason ?? delivery.state.name))
                }
            }
            for event in try reader.events(after: 0, profile: id, limit: .max) {
                for note in event.data["blocked"]?.array ?? [] {
                    guard let note = note.string.flatMap({ BlockedSend($0) }) else { continue }
                    blocked.append(
                        block(event.at, event.id, email, .string(note.mailing), note.reason))
                }
                for note in event.data["errors"]?.array ?? [] {
                    errors.append(
                        Line(
                            at: event.at, order: event.id,
                            json: ["at": .string(event.at.rfc3339), "email": email, "error": note]))
                }
            }
        }
        return [
            "profiles": .array(people), "sends": .array(inOrder(sends)),
            "blocked": .array(inOrder(blocked)), "errors": .array(failures + inOrder(errors)),
        ]
    }

    /// Since when and why a message has not left although it was due; nil: it was not due yet.
    private func waiting(_ delivery: DeliveryRecord) throws -> (Instant, String)? {
        guard let mailing = try reader.mailing(delivery.mailing) else { return nil }
        if mailing.state == .paused {
            return (delivery.created, "held: \(mailing.reason ?? "paused")")
        }
        return delivery.reason.map { (delivery.updated, "\($0), until \(delivery.due)") }
    }

    private func block(
        _ at: Instant, _ order: Int64, _ email: JSON, _ mailing: JSON, _ reason: String
    ) -> Line {
        Line(
            at: at, order: order,
            json: [
                "at": .string(at.rfc3339), "email": email, "mailing": mailing,
                "reason": .string(reason),
            ])
    }

    private func inOrder(_ lines: [Line]) -> [JSON] {
        lines.sorted { ($0.at, $0.order) < ($1.at, $1.order) }.map(\.json)
    }

    private func person(_ id: Int64, _ profile: PlayScript.Profile) throws -> JSON? {
        let columns = try reader.fieldColumns()
        guard let record = try reader.profile(id, fields: columns.values) else { return nil }
        var fields = JSON.Object()
        for (name, column) in columns.sorted(by: { $0.key < $1.key }) {
            var value = record.fields[name] ?? .missing
            // As rules read it: where nothing is stored, a field has its default.
            if value == .missing { value = script.rules.fields[name]?.standard ?? .missing }
            if column.type == .score, case .number(let sum) = value {
                value = .number(Score(sum: sum, scale: column.scale).value(at: script.until))
            }
            if value != .missing { fields[name] = value.json }
        }
        let topics = try script.rules.topics.keys.sorted().filter {
            try reader.isSubscribed(id, topic: $0)
        }
        return [
            "email": .string(record.email), "fields": .object(fields),
            "tags": .array(record.tags.sorted().map { .string($0) }),
            "topics": .array(topics.map { .string($0) }),
            "status": .string(record.status.rawValue),
        ]
    }
}
