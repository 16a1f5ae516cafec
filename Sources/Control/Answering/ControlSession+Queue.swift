import Core
import Diagnostics
import HTTP
import JSON
import Store

extension ControlSession {
    /// Without a mailing, the counts of each that has work left; with one, its deliveries.
    func queue(_ call: ControlCall) throws -> JSON {
        let state = try state(call)
        if let name = call.option("mailing") {
            return try deliveries(call, of: try found(mailing: name), in: state)
        }
        if state != nil || call.option("destination") != nil {
            throw ControlError(
                400, "state and destination need a mailing", hint: "Name one: mailing=NAME")
        }
        let open: [DeliveryState] = [.queued, .deferred, .sending, .held, .inDoubt]
        var rows: [JSON] = []
        for mailing in try reader.mailings() {
            let counts = try reader.deliveryCounts(mailing: mailing.id)
                .filter { open.contains($0.key) }
            guard !counts.isEmpty else { continue }
            rows.append([
                "mailing": .string(mailing.name), "state": .string("\(mailing.state)"),
                "next_due": .optional(try reader.nextDue(mailing: mailing.id)),
                "deliveries": .counts(counts) { $0.name },
            ])
        }
        return .array(rows)
    }

    private func state(_ call: ControlCall) throws(ControlError) -> DeliveryState? {
        guard let text = call.option("state") else { return nil }
        let spoken = text.replacing("-", with: " ").replacing("_", with: " ")
        if let state = DeliveryState.allCases.first(where: { $0.name == spoken }) { return state }
        throw ControlError(
            400, unknownName("state", text, among: DeliveryState.allCases.map(\.name)))
    }

    func deliveries(
        _ call: ControlCall, of mailing: MailingRecord, in state: DeliveryState?
    ) throws -> JSON {
        let after = try call.number("after", standard: 0, upTo: .max)
        let records = try reader.deliveries(
            mailing: mailing.id, state: state,
            domains: call.option("destination").map { host.domains($0.lowercased()) },
            after: after, limit: try call.limit(standard: 1000))
        return .array(
            try records.map { record in
                guard case .object(var object) = try delivery(record) else { return .null }
                object["email"] = .optional(try reader.profile(record.profile, fields: [])?.email)
                return .object(object)
            })
    }

    func delivery(_ record: DeliveryRecord) throws -> JSON {
        [
            "id": .integer(record.id),
            "mailing": .optional(try reader.mailing(record.mailing)?.name),
            "profile": .integer(record.profile), "occasion": .string(record.occasion.text),
            "state": .string(record.state.name), "due": .time(record.due),
            "updated": .time(record.updated), "attempts": .count(record.attempts),
            "choices": .optional(record.choices), "reason": .optional(record.reason),
            "reply": .optional(record.reply),
        ]
    }

    func flush(_ call: ControlCall) throws -> JSON {
        let mailing = try call.option("mailing").map { try found(mailing: $0) }
        let now = host.now()
        let count = try write { access in try access.flush(mailing: mailing?.id, at: now) }
        host.ledgerChanged()
        return ["changed": .count(count)]
    }
}
