import Core

/// What an expression may ask about one person. Values are as of the evaluation; the store's
/// profile, a sample person and a test each conform.
package protocol Subject {
    /// The profile's id, from which samples are drawn.
    var profile: Int64 { get }
    /// The value of a field that is no score; `.missing` when nothing is stored. Text is in NFC.
    func value(of field: String) -> FieldValue
    /// A score field; nil when nothing is stored.
    func score(of field: String) -> Score?
    func isTagged(_ tag: String) -> Bool
    func isSubscribed(to topic: String) -> Bool
    /// When the events that `behaviour` counts happened, its `within` and `atLeast` left aside:
    /// newest first, at most `limit`, none before `start` (if given) and none after `end`.
    func instants(
        of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
    ) -> [Instant]
}
