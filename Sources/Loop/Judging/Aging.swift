/// A dictionary that forgets what was not touched for long: at most `2 × generation` entries.
struct Aging<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let generation: Int

    init(generation: Int) {
        self.generation = generation
    }

    subscript(key: Key) -> Value? { young[key] ?? old[key] }

    /// Changes an entry, made anew when there is none.
    mutating func update<Result>(
        _ key: Key, default standard: @autoclosure () -> Value,
        _ change: (inout Value) -> Result
    ) -> Result {
        if young[key] == nil {
            if young.count >= generation {
                old = young
                young = [:]
            }
            young[key] = old.removeValue(forKey: key) ?? standard()
        }
        return change(&young[key]!)
    }
}
