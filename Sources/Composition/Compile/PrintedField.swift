import Core
import Liquid
import Rules

/// A field that templates print, with all that is known of it before there is a person.
struct PrintedField: Sendable {
    let name: String
    let isScore: Bool
    /// What it reads as where nothing is stored.
    let standard: FieldValue
    /// What `defaults:` says for those who have no value.
    let fallback: Value

    init(_ name: String, rule: FieldRule?, fallback: String?) {
        self.name = name
        isScore = rule?.type == .score
        standard = rule?.standard ?? .missing
        self.fallback = fallback.map { Value($0) } ?? .null
    }
}
