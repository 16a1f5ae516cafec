package import Core

/// A profile as stored, with the fields that were asked for. A score with a half-life is the raw
/// forward-decayed sum; its field's landmark tells the value at an instant.
package struct ProfileRecord: Hashable, Sendable {
    package var id: Int64
    package var email: String
    package var status: ProfileStatus
    package var created: Instant
    package var updated: Instant
    package var softBounces: Int
    package var fields: [String: FieldValue]
    package var tags: Set<String>
    /// What the person chose; a topic that is not here has its default.
    package var topics: [String: Bool]
}
