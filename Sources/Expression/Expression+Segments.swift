extension [String: Expression] {
    /// The segments that a segment leads to, itself first, each round of asking adding those that
    /// the last one named; and how many rounds that takes.
    package func segments(reachedFrom name: String) -> (names: Set<String>, rounds: Int) {
        var seen: Set<String> = []
        var reached: Set<String> = [name]
        var rounds = 0
        while !reached.isEmpty {
            rounds += 1
            seen.formUnion(reached)
            let named = reached.flatMap { self[$0]?.mentionedSegments.map(\.name) ?? [] }
            reached = Set(named).subtracting(seen)
        }
        return (seen, rounds)
    }
}
