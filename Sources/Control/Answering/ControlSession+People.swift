import Core
import Expression
import HTTP
import JSON
import Store

/// What is done with a whole person: history, merge, erasure, and all that is known of her.
extension ControlSession {
    func history(_ call: ControlCall) throws -> JSON {
        let record = try found(call)
        let columns = try reader.fieldColumns()
        let field = call.option("field")
        if let field, columns[field] == nil {
            throw ControlError(404, Self.unknown("field", field, among: columns.keys.sorted()))
        }
        if let field, columns[field]?.keepsHistory == false {
            throw ControlError(
                422, "\(field) keeps no history", hint: "Declare it with history = on.")
        }
        let changes = try reader.history(
            of: record.id, field: field, limit: try call.limit(standard: 1000))
        return .array(changes.map { Self.json($0, columns[$0.field]) })
    }

    /// A score as it counted at that instant.
    private static func json(_ change: FieldChange, _ column: FieldColumn?) -> JSON {
        func value(_ stored: SQLValue) -> JSON {
            guard let column else { return stored.json }
            return column.shown(column.value(stored), at: change.at).json
        }
        return [
            "field": .string(change.field), "at": .time(change.at), "old": value(change.old),
            "new": value(change.new), "by": .string(change.cause),
        ]
    }

    func mergeProfiles(_ call: ControlCall) throws -> JSON {
        let kept = try found(call)
        guard let other = call.option("other") else {
            throw ControlError(400, "other is the address of the profile that goes")
        }
        let dropped = try found(address: other)
        let now = host.now()
        let event = try write { try $0.merge(dropped.id, into: kept.id, at: now) }
        host.ledgerChanged()
        return [
            "kept": .integer(kept.id), "dropped": .integer(dropped.id), "event": .integer(event),
        ]
    }

    func eraseProfile(_ call: ControlCall) throws -> JSON {
        let record = try found(call)
        let now = host.now()
        try write { try $0.erase(record.id, at: now) }
        return ["erased": .integer(record.id)]
    }

    /// Everything that is known of a person: what `profile show` shows, whole, and the rows of every
    /// table that speak of her.
    func exportProfile(_ call: ControlCall) throws -> JSON {
        let record = try found(call)
        let columns = try reader.fieldColumns()
        let now = host.now()
        var fields = JSON.Object()
        for (name, value) in record.fields.sorted(by: { $0.key < $1.key }) where value != .missing {
            fields[name] = (columns[name]?.shown(value, at: now) ?? value).json
        }
        var tables = JSON.Object()
        for (table, rows) in try reader.personalRows(of: record.id) {
            tables[table] = .array(
                rows.map { row in
                    .object(JSON.Object(row.map { ($0.column, $0.value.json) }))
                })
        }
        var mergeRows = JSON.Object()
        for delivery in try reader.deliveries(profile: record.id) {
            guard let bytes = try reader.mergeRow(delivery.id) else { continue }
            mergeRows["\(delivery.id)"] = SQLValue.blob(bytes).json
        }
        return [
            "at": .time(now), "id": .integer(record.id), "email": .string(record.email),
            "status": .string(record.status.rawValue), "created": .time(record.created),
            "updated": .time(record.updated), "fields": .object(fields),
            "tags": .array(record.tags.sorted().map(JSON.string)),
            "topics": .object(
                JSON.Object(record.topics.sorted { $0.key < $1.key }.map { ($0, .bool($1)) })),
            "suppressed": .bool(try reader.isSuppressed(email: record.email)),
            "messages_made_from": .object(mergeRows), "tables": .object(tables),
        ]
    }
}

extension SQLValue {
    /// As it is stored; octets as text where they are one, else in hexadecimal.
    var json: JSON {
        switch self {
        case .null: .null
        case .integer(let n): .integer(n)
        case .real(let number): FieldValue.number(number).json
        case .text(let text):
            // What an event tells is kept as an object.
            text.hasPrefix("{") ? (try? JSON(parsing: text)) ?? .string(text) : .string(text)
        case .blob(let bytes):
            .string(
                String(validating: bytes, as: UTF8.self)
                    ?? bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        }
    }
}
