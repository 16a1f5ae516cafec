internal import Core
internal import Expression
internal import JSON
internal import Rules

/// A person of `samples/*.json`: a flat object of fields, with `tags` and `topics` as lists.
struct SamplePerson: Subject {
    var name: String
    var profile: Int64 { 0 }
    private var fields: [String: FieldValue] = [:]
    private var scores: [String: Double] = [:]
    private var tags: Set<String> = []
    private var topics: Set<String> = []

    /// Somebody of whom nothing is known: the person every mailing should survive.
    static let nobody = SamplePerson(name: "nobody")

    private init(name: String) { self.name = name }

    /// Reads a sample; nil when it is no JSON object. Values that do not fit the declared type of
    /// their field are left out.
    init?(name: String, _ bytes: [UInt8], rules: LoopRules) {
        guard let members = (try? JSON(parsing: bytes))?.object?.members else { return nil }
        self.init(name: name)
        for (field, value) in members {
            switch (field, rules.fields[field]?.type) {
            case ("tags", _): tags = Set((value.array ?? []).compactMap(\.string))
            case ("topics", _): topics = Set((value.array ?? []).compactMap(\.string))
            case (_, .score): scores[field] = value.number
            case (_, .number): fields[field] = value.number.map { .number($0) }
            case (_, .flag): fields[field] = value.bool.map { .flag($0) }
            case (_, .date):
                fields[field] = value.string.flatMap { Instant($0) }.map { .date($0) }
            default: fields[field] = value.string.map { .text($0) }
            }
        }
        if members.allSatisfy({ $0.name != "topics" }) { topics = Set(rules.topics.keys) }
    }

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
