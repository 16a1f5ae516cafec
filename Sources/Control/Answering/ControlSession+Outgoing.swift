import Core
import HTTP
import JSON
import Store

/// Calls to other systems and mail to staff that are on their way, or were given up.
extension ControlSession {
    func outgoing(_ call: ControlCall) throws -> JSON {
        let after = try call.number("after", standard: 0, upTo: .max)
        return .array(
            try reader.outgoing(after: after, limit: try call.limit(standard: 100)).map { row in
                [
                    "id": .integer(row.id), "kind": .string(row.kind.rawValue),
                    "target": .string(row.target), "attempts": .count(row.attempts),
                    "created": .time(row.created),
                    "due": row.isGivenUp ? .null : .time(row.due),
                    "given_up": .bool(row.isGivenUp), "reason": .optional(row.reason),
                    "email": .optional(try reader.profile(row.profile, fields: [])?.email),
                    "event": .optional(row.event.map(String.init)),
                ]
            })
    }

    func retryOutgoing(_ call: ControlCall) throws -> JSON {
        let id = try outgoingID(call)
        let now = host.now()
        let count = try write { try $0.retryOutgoing(id, at: now) }
        guard id == nil || count > 0 else { throw Self.noOutgoing }
        host.outgoingChanged()
        return ["done": .string("\(count) to be tried now")]
    }

    func dropOutgoing(_ call: ControlCall) throws -> JSON {
        let id = try outgoingID(call)
        let count = try write { try $0.dropOutgoing(id) }
        guard id == nil || count > 0 else { throw Self.noOutgoing }
        return ["done": .string("\(count) dropped")]
    }

    private static let noOutgoing = ControlError(404, "there is no such call or notice")

    /// Nil: all that were given up.
    private func outgoingID(_ call: ControlCall) throws -> Int64? {
        let text = call.parameters["id"] ?? ""
        if text == "failed" { return nil }
        guard let id = Int64(text), id > 0 else {
            throw ControlError(400, "an id from maildctl outgoing list, or \"failed\" is expected")
        }
        return id
    }
}
