internal import Core
internal import Expression

/// One person of an `expr` request, answered from the request alone: nothing of the store stands
/// between a condition and its answer in memory.
struct ExprPerson: Subject {
    /// Something the person did.
    struct Deed {
        var kind: EventKind
        var at: Instant
        var mailing: String?
        var link: String?
        var category: String?
        var verdict: String?
    }

    var profile: Int64
    var fields: [String: FieldValue] = [:]
    var scores: [String: Score] = [:]
    var tags: Set<String> = []
    /// Topics named in the request; any other is not subscribed to.
    var topics: [String: Bool] = [:]
    var deeds: [Deed] = []
    /// The topic of each mailing that has one.
    var mailingTopics: [String: String] = [:]

    func value(of field: String) -> FieldValue { fields[field] ?? .missing }
    func score(of field: String) -> Score? { scores[field] }
    func isTagged(_ tag: String) -> Bool { tags.contains(tag) }
    func isSubscribed(to topic: String) -> Bool { topics[topic] ?? false }

    func instants(
        of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
    ) -> [Instant] {
        let counted = deeds.filter { deed in
            deed.kind == behaviour.verb.event && deed.verdict != "machine"
                && deed.at <= end && start.map { $0 <= deed.at } ?? true
                && behaviour.mailing.map { $0 == deed.mailing } ?? true
                && behaviour.link.map { $0 == deed.link } ?? true
                && behaviour.category.map { $0 == deed.category } ?? true
                && behaviour.topic.map { $0 == deed.mailing.flatMap { mailingTopics[$0] } } ?? true
        }
        return Array(counted.map(\.at).sorted(by: >).prefix(limit))
    }
}
