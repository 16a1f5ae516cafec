import Core
import JSON
import Rules
import Store

extension Reaction {
    /// Octets of one call or notice.
    private static let bodyLimit = 64 * 1024

    /// Keeps what an action tells outside, in its transaction; a thread of its own sends it.
    func tell(_ outgoing: [Outgoing], of action: String, about person: Person) throws {
        for one in outgoing {
            let event = try cause.eventID()
            let body = body(one, of: action, about: person, event: event).text
            let target = OutgoingRecord.Target(
                kind: one.isCall ? .call : .notify, name: one.target)
            guard body.utf8.count <= Self.bodyLimit else {
                try cause.note("\(action), \(one.target): too long to be told", in: "errors")
                continue
            }
            let isKept = try access.add(
                target, profile: cause.profile, event: event, body: body, at: cause.at)
            if !isKept {
                try cause.note(
                    "\(action), \(one.target): too many wait to be told", in: "errors")
            }
        }
    }

    private func body(
        _ one: Outgoing, of action: String, about person: Person, event: Int64
    ) -> JSON {
        let email: JSON = JSON(person.value(of: "email"))
        guard one.isCall else {
            return [
                "action": .string(action), "text": .string(one.text), "email": email,
                "at": .string(cause.at.rfc3339),
                "event": cause.values["event.kind"].map { JSON($0) } ?? .null,
                "mailing": cause.values["event.mailing"].map { JSON($0) } ?? .null,
            ]
        }
        let prefix = EventRule.prefix.utf8.count
        let values = cause.values.sorted { $0.key < $1.key }.map { name, value in
            (String(name.dropFirst(prefix)), JSON(value))
        }
        return [
            "action": .string(action), "at": .string(cause.at.rfc3339),
            "event": .object(JSON.Object([("id", .integer(event))] + values)),
            "profile": [
                "id": .integer(cause.profile), "email": email,
                "status": JSON(person.value(of: "status")), "fields": one.fields,
            ],
        ]
    }
}
