package import Core
internal import JSON
package import Rules

extension WriteAccess {
    /// Keeps the files of the rules that hold from now on, and makes the columns and topics that
    /// are new. Refused when a field would change its type: then nothing changes.
    package func activate(
        _ rules: LoopRules, files: [String: String], at now: Instant
    ) throws(StoreError) {
        try declare(
            fields: rules.fields.values.map {
                FieldColumn(
                    name: $0.name, type: $0.type, halfLife: $0.halfLife, cap: $0.cap,
                    keepsHistory: $0.keepsHistory)
            }.sorted { $0.name < $1.name }, at: now)
        try declare(
            topics: rules.topics.values.map {
                TopicRecord(name: $0.name, label: $0.label, byDefault: $0.isDefault)
            })
        let members = files.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
        try set("loop", to: JSON.object(JSON.Object(members)).text)
    }
}

extension ReadAccess {
    /// The files of the rules in force, by path; empty before the first were activated.
    package func rulesFiles() throws(StoreError) -> [String: String] {
        guard let text = try setting("loop"), let files = try? JSON(parsing: text).object else {
            return [:]
        }
        return Dictionary(
            uniqueKeysWithValues: files.members.map { ($0.name, $0.value.string ?? "") })
    }
}
