/// What renders with the same data have found, by the numbers of `SharedValues`: the programs that
/// share those are rendered one after another, each going on with what the one before knew.
package struct KnownValues: Sendable {
    private var values: [Value?] = []
    /// The index of the branch that was taken, behind the last one when none was.
    private var decisions: [Int8] = []

    private static let undecided: Int8 = -1

    package init() {}

    /// Forgets all of it; the memory stays.
    package mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        decisions.removeAll(keepingCapacity: true)
    }

    /// Room for what a program may add.
    mutating func reserve(values valueCount: Int, decisions decisionCount: Int) {
        if values.count < valueCount {
            values.append(contentsOf: repeatElement(nil, count: valueCount - values.count))
        }
        if decisions.count < decisionCount {
            let count = decisionCount - decisions.count
            decisions.append(contentsOf: repeatElement(Self.undecided, count: count))
        }
    }

    subscript(value number: Int) -> Value? {
        get { values[number] }
        set { values[number] = newValue }
    }

    subscript(decision number: Int) -> Int? {
        get { decisions[number] == Self.undecided ? nil : Int(decisions[number]) }
        set { decisions[number] = newValue.map { Int8(clamping: $0) } ?? Self.undecided }
    }
}
