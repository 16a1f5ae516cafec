/// What rows of people came to, or would come to.
package struct PeopleTally: Hashable, Sendable {
    /// Each row counts in one of these five, or is refused.
    package var inserted = 0
    package var updated = 0
    package var unchanged = 0
    /// Left aside because the person is there already (add) or is not (update).
    package var passed = 0
    /// The address stood on an earlier row; the row takes effect all the same.
    package var repeated = 0
    /// People whose status says that they want or get no mail, and keeps saying so.
    package var keptStatus = 0
    /// People whom consent that is named made active.
    package var restored = 0
    package var refused: [(line: Int, reason: String)] = []

    package init() {}

    package static func == (a: Self, b: Self) -> Bool {
        a.counts == b.counts && a.refused.elementsEqual(b.refused) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(counts) }

    private var counts: [Int] {
        [inserted, updated, unchanged, passed, repeated, keptStatus, restored]
    }
}
