import Core

/// The names that an expression may use.
package struct Vocabulary: Sendable {
    /// By flat name: `country`, `interests.travel`. `email` and `status` are always among them.
    package var fields: [String: FieldType]
    package var segments: Set<String>
    package var topics: Set<String>
    /// Whether a topic that is not among them may be named: where nobody declares topics.
    package var allowsAnyTopic = false
    /// In which a date without time begins.
    package var zone: Zone

    package init(
        fields: [String: FieldType] = [:], segments: Set<String> = [], topics: Set<String> = [],
        zone: Zone = .utc
    ) {
        self.fields = fields.merging(Self.builtIn) { declared, _ in declared }
        self.segments = segments
        self.topics = topics
        self.zone = zone
    }

    /// Fields that every profile has.
    package static let builtIn: [String: FieldType] = ["email": .text, "status": .choice]
}
