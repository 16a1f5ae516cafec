/// When a mailing stops because of where it is not wanted: two of its five largest destinations rest
/// (design §7).
enum RestLimit {
    static let largest = 5
    static let resting = 2

    /// Why the mailing must pause; nil when it may go on.
    ///
    /// - Parameters:
    ///   - counts: messages of the mailing by destination.
    ///   - rests: the destinations that rest by themselves.
    static func objection(_ counts: [String: Int], rests: Set<String>) -> String? {
        let order = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let found = order.prefix(largest).map(\.key).filter(rests.contains)
        guard found.count >= resting else { return nil }
        return "\(found.joined(separator: " and ")) rest after many refusals by policy, "
            + "\(found.count) of its \(min(largest, counts.count)) largest destinations"
    }
}
