import Core
import Diagnostics
import HTTP
import JSON
import Rules
import Sockets
import Store

extension ControlSession {
    func profiles(_ call: ControlCall) throws -> JSON {
        guard let segment = call.option("segment") else {
            throw ControlError(
                400, "which people?", hint: "Name a segment: /v1/profiles?segment=NAME")
        }
        let after = try call.number("after", standard: 0, upTo: .max)
        let ids = try reader.profileIDs(
            audience(segment), after: after, limit: try call.limit(standard: 100))
        return .array(
            try ids.compactMap { id in
                try reader.profile(id, fields: []).map { record in
                    [
                        "id": .integer(record.id), "email": .string(record.email),
                        "status": .string(record.status.rawValue),
                    ]
                }
            })
    }

    /// The address in the path, and whose it is.
    func whom(_ call: ControlCall) throws -> (email: EmailAddress, profile: Int64?) {
        let email = try address(call.parameters["email"] ?? "")
        return (email, try reader.profileID(email: email))
    }

    /// An address as it is stored: an international domain as A-labels.
    func address(_ text: String) throws(ControlError) -> EmailAddress {
        do throws(EmailAddress.Invalid) {
            let email = try EmailAddress(text)
            guard let domain = host.asciiDomain(email.domain) else { throw .domain }
            return try EmailAddress("\(email.local.nfc)@\(domain)")
        } catch {
            throw ControlError(400, error.rawValue)
        }
    }

    func found(_ call: ControlCall) throws -> ProfileRecord {
        try found(address: call.parameters["email"] ?? "")
    }

    func found(address text: String) throws -> ProfileRecord {
        guard let id = try reader.profileID(email: try address(text)),
            let record = try reader.profile(id, fields: reader.fieldColumns().values)
        else { throw ControlError(404, "there is no profile with this address") }
        return record
    }

    func profile(_ call: ControlCall) throws -> JSON {
        let record = try found(call)
        let now = host.now()
        let columns = try reader.fieldColumns()
        var fields = JSON.Object()
        for (name, value) in record.fields.sorted(by: { $0.key < $1.key }) where value != .missing {
            fields[name] = (columns[name]?.shown(value, at: now) ?? value).json
        }
        var topics = JSON.Object()
        for topic in try reader.topics() {
            topics[topic.name] = .bool(record.topics[topic.name] ?? topic.byDefault)
        }
        return [
            "id": .integer(record.id), "email": .string(record.email),
            "status": .string(record.status.rawValue),
            "created": .time(record.created), "updated": .time(record.updated),
            "soft_bounces": .count(record.softBounces),
            "fields": .object(fields), "topics": .object(topics),
            "tags": .array(record.tags.sorted().map(JSON.string)),
            "deliveries": .array(
                try reader.deliveries(profile: record.id).suffix(50).map(delivery)),
            "events": .array(
                try reader.lastEvents(profile: record.id, limit: 50).map { try event($0) }),
        ]
    }

    func setProfile(_ call: ControlCall) throws -> JSON {
        let record = try found(call)
        let columns = try reader.fieldColumns()
        let reader = FieldText(zone: rules.zone)
        let now = host.now()
        var values: [(FieldColumn, FieldValue)] = []
        for (name, value) in call.object.members {
            guard let rule = rules.fields[name], let column = columns[name] else {
                let hint =
                    name == "status" || name == "email"
                    ? "\(name) is not set here: only the person's own consent makes her active."
                    : nil
                throw ControlError(
                    404, unknownName("field", name, among: rules.fields.keys.sorted()), hint: hint)
            }
            do throws(FieldText.Invalid) {
                let field = try reader.value(Self.text(value), of: rule)
                values.append((column, column.stored(field, at: now)))
            } catch {
                throw ControlError(422, error.reason)
            }
        }
        guard !values.isEmpty else {
            throw ControlError(400, "no field is given", hint: "As in {\"country\": \"DE\"}")
        }
        let changes = values
        try write { access in
            try access.set(changes, of: record.id, at: now, by: .operatorOrder)
        }
        return try profile(call)
    }

    private static func text(_ value: JSON) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: value.text
        }
    }
}
