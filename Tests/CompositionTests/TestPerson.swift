import Core
import Expression

/// A person made of dictionaries.
struct TestPerson: Subject {
    var profile: Int64 = 1
    var fields: [String: FieldValue] = [:]
    var scores: [String: Double] = [:]
    var tags: Set<String> = []
    var topics: Set<String> = []

    func value(of field: String) -> FieldValue { fields[field] ?? .missing }

    func score(of field: String) -> Score? {
        scores[field].map { Score(sum: $0, scale: ScoreScale(landmark: .epoch, halfLife: nil)) }
    }

    func isTagged(_ tag: String) -> Bool { tags.contains(tag) }
    func isSubscribed(to topic: String) -> Bool { topics.contains(topic) }

    func instants(
        of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
    ) -> [Instant] { [] }
}
