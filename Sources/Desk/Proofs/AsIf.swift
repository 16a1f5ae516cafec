internal import Core
internal import Expression

/// A person of whom some fields are taken to be other than they are. A score is given by its value
/// now.
struct AsIf<Person: Subject>: Subject {
    let person: Person
    let fields: [String: FieldValue]

    var profile: Int64 { person.profile }

    func value(of field: String) -> FieldValue { fields[field] ?? person.value(of: field) }

    func score(of field: String) -> Score? {
        switch fields[field] {
        case nil: person.score(of: field)
        case .number(let points):
            Score(sum: points, scale: ScoreScale(landmark: .epoch, halfLife: nil))
        default: nil
        }
    }

    func isTagged(_ tag: String) -> Bool { person.isTagged(tag) }
    func isSubscribed(to topic: String) -> Bool { person.isSubscribed(to: topic) }

    func instants(
        of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
    ) -> [Instant] {
        person.instants(of: behaviour, from: start, through: end, limit: limit)
    }
}
