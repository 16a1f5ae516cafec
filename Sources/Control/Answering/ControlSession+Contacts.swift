import Core
import HTTP
import Incoming
import JSON
import Rules
import Store

extension ControlSession {
    /// Ways in which people are met outside mail.
    private static let ways = EventReader.contactWays

    /// Records an event of somebody: one that loop.conf declares, a sale, or a contact outside mail.
    func addEvent(_ call: ControlCall) throws -> JSON {
        let address = call.parameters["email"] ?? ""
        let kind = call.option("kind") ?? ""
        let given = call.object["values"]?.object ?? JSON.Object()
        var event = JSON.Object([("email", .string(address))])
        if let at = call.option("at") { event["at"] = .string(at) }
        let isContact =
            Self.ways.contains(kind) && rules.events[kind] == nil && given.members.isEmpty
        if isContact {
            var values = JSON.Object([("way", .string(kind))])
            if let text = call.option("text") { values["text"] = .string(text) }
            event["kind"] = .string(EventKind.contact.name)
            event["values"] = .object(values)
        } else {
            guard call.option("text") == nil else {
                throw ControlError(
                    400, "text belongs to a contact: " + Self.ways.joined(separator: ", "))
            }
            event["kind"] = .string(kind)
            event["values"] = .object(typed(given, of: EventKind(kind)))
        }
        let now = host.now()
        let incoming: IncomingEvent
        do throws(IncomingFault) {
            incoming = try EventReader(rules, at: now).event(.object(event))
        } catch {
            throw ControlError(
                400,
                [error.member, error.message].compactMap { $0 }
                    .joined(separator: ": "))
        }
        var terms = IncomingTerms(caller: "maildctl")
        terms.window = host.attributionWindow()
        terms.holdsMarketing = host.holdsMarketing()
        let final = terms
        switch try write({ try $0.take(incoming, final, at: now) }) {
        case .recorded(let id): return ["event": .integer(id), "known": false]
        case .known(let id): return ["event": .integer(id), "known": true]
        case .refused(let reason):
            throw ControlError(reason.hasPrefix("there is no ") ? 404 : 409, reason)
        case .added, .changed: return .null
        }
    }

    /// Texts of a command line as the values that were declared.
    private func typed(_ given: JSON.Object, of kind: EventKind) -> JSON.Object {
        let types = rules.eventValues(of: kind)
        var values = JSON.Object()
        for (name, value) in given.members {
            values[name] = value
            guard let text = value.string else { continue }
            switch types[name] {
            case .number: if let number = Double(text) { values[name] = .number(number) }
            case .flag: if let flag = FieldText.flag(text) { values[name] = .bool(flag) }
            default: break
            }
        }
        return values
    }

    func closeEvent(_ call: ControlCall) throws -> JSON {
        guard let id = Int64(call.parameters["id"] ?? "") else {
            throw ControlError(400, "an event's id is a number")
        }
        let now = host.now()
        try write { try $0.closeCase(id, at: now) }
        return ["closed": .integer(id)]
    }

    func openComplaints(_ call: ControlCall) throws -> JSON {
        .array(
            try reader.openCases(limit: call.limit(standard: 100)).compactMap { found in
                guard
                    let record = try reader.events(after: found.event - 1, limit: 1).first,
                    case .object(var object) = try event(record)
                else { return nil }
                object["holds_marketing"] = .bool(found.holds)
                return .object(object)
            })
    }
}
