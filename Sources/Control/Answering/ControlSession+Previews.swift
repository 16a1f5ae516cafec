import Core
import Diagnostics
import HTTP
import JSON
import Rules
import Store

extension ControlSession {
    /// The most people of a segment that are shown.
    private static let peopleLimit: Int64 = 20

    func preview(_ call: ControlCall) throws -> JSON {
        let name = try found(mailing: call.name).name
        let fields = try fields(call.options("as_if"))
        let limit = try call.number("limit", standard: 5, upTo: Self.peopleLimit)
        let people: PreviewRequest.People
        switch (call.option("profile"), call.option("segment")) {
        case (let text?, nil): people = .profile(try address(text))
        case (nil, let segment?):
            people = .segment(try host.audience(segment), limit: Int(limit))
        case (nil, nil) where !fields.isEmpty: people = .nobody
        default:
            throw ControlError(
                400, "for whom? One of profile and segment, or as_if alone",
                hint: "As in: maildctl preview \(name) --profile anna@example.com")
        }
        return try host.preview(
            PreviewRequest(
                mailing: name, people: people, fields: fields, isWhole: try call.flag("whole")))
    }

    func test(_ call: ControlCall) throws -> JSON {
        let name = try found(mailing: call.name).name
        guard let to = call.option("to"), let profile = call.option("profile") else {
            throw ControlError(
                400, "to and profile are needed",
                hint: "As in: maildctl test \(name) --to me@example.com --profile anna@example.org")
        }
        let delivery = try host.test(
            TestRequest(
                mailing: name, profile: try address(profile),
                recipient: try address(to)))
        host.ledgerChanged()
        return ["mailing": .string(name), "delivery": .integer(delivery), "to": .string(to)]
    }

    /// `interests.travel=5`, each.
    private func fields(_ texts: [String]) throws(ControlError) -> [String: FieldValue] {
        let reader = FieldText(zone: rules.zone)
        var fields: [String: FieldValue] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "=") else {
                throw ControlError(400, "as_if is FIELD=VALUE")
            }
            let name = text[..<equals].trimmed
            guard let rule = rules.fields[name] else {
                throw ControlError(
                    404, unknownName("field", name, among: rules.fields.keys.sorted()))
            }
            do throws(FieldText.Invalid) {
                fields[name] = try reader.value(
                    String(text[text.index(after: equals)...]), of: rule)
            } catch {
                throw ControlError(422, error.reason)
            }
        }
        return fields
    }
}
