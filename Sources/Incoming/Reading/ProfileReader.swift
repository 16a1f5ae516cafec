internal import Core
internal import Diagnostics
package import JSON
package import Rules

/// Reads people against the fields and topics of the rules in force.
package struct ProfileReader: Sendable {
    private static let maximumTags = 100

    private let rules: LoopRules

    package init(_ rules: LoopRules) { self.rules = rules }

    package func profile(_ json: JSON) throws(IncomingFault) -> IncomingProfile {
        let members = try Members(
            json, known: ["email", "fields", "tags", "untag", "topics", "status"])
        var profile = IncomingProfile(
            email: try members.required("email", try members.email("email")))
        profile.fields = try fields(members["fields"])
        profile.tags = try tags("tags", members)
        profile.untags = try tags("untag", members)
        profile.topics = try topics(members["topics"])
        if let status = try members.text("status", upTo: 64) {
            guard status == ProfileStatus.unsubscribed.rawValue else {
                throw members.fault(
                    "status", "only unsubscribed can be said here: nobody is made active by a call")
            }
            profile.isUnsubscribed = true
        }
        return profile
    }

    private func fields(_ json: JSON?) throws(IncomingFault) -> [String: FieldValue] {
        guard let json else { return [:] }
        let known = rules.fields.keys.filter { !LoopRules.keptFields.contains($0) }.sorted()
        let members = try Members(json, prefix: "fields.", known: known)
        var fields: [String: FieldValue] = [:]
        for name in known where members.has(name) {
            guard let rule = rules.fields[name] else { continue }
            let value = try value(rule, members)
            guard value != .missing || !rule.isRequired else {
                throw members.fault(name, "is required")
            }
            fields[name] = value
        }
        return fields
    }

    private func value(
        _ rule: FieldRule, _ members: Members
    ) throws(IncomingFault) -> FieldValue {
        switch rule.type {
        case .text: return try members.text(rule.name).map { .text($0) } ?? .missing
        case .choice:
            let value = try members.text(rule.name).map { FieldValue.text($0) } ?? .missing
            guard rule.accepts(value) else {
                throw members.fault(
                    rule.name, "is none of " + rule.values.joined(separator: ", "))
            }
            return value
        case .number: return try members.number(rule.name).map { .number($0) } ?? .missing
        case .flag: return try members.flag(rule.name).map { .flag($0) } ?? .missing
        case .date:
            return try members.date(rule.name, zone: rules.zone).map { .date($0) } ?? .missing
        case .score:
            throw members.fault(rule.name, "is a score: only actions count it")
        }
    }

    private func tags(_ name: String, _ members: Members) throws(IncomingFault) -> [String] {
        var tags: [String] = []
        for json in try members.list(name, upTo: Self.maximumTags) {
            guard let text = json.string,
                let tag = try Members.checked(text, members.path(name), upTo: 128)
            else { throw members.fault(name, "a list of texts is expected here") }
            tags.append(tag)
        }
        return tags
    }

    private func topics(_ json: JSON?) throws(IncomingFault) -> [String: Bool] {
        guard let json else { return [:] }
        let known = rules.topics.keys.sorted()
        let members = try Members(json, prefix: "topics.", known: known)
        var topics: [String: Bool] = [:]
        for name in known where members.has(name) {
            topics[name] = try members.required(name, try members.flag(name))
        }
        return topics
    }
}
