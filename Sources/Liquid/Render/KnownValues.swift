/// What renders with the same data have found, by the numbers of `SharedValues`: the programs that
/// share those are rendered one after another, each going on with what the one before knew.
package struct KnownValues: Sendable {
    private struct Known: Sendable {
        var value: Value?
        /// How it is printed in plain text.
        var plain: [UInt8]?
        /// How it is printed in HTML.
        var escaped: [UInt8]?
    }

    private var all: [Known] = []
    /// The index of the branch that was taken, behind the last one when none was.
    private var decisions: [Int8] = []

    private static let undecided: Int8 = -1

    package init() {}

    /// Room for what a program may add.
    mutating func reserve(values valueCount: Int, decisions decisionCount: Int) {
        if all.count < valueCount {
            all += Array(repeating: Known(), count: valueCount - all.count)
        }
        if decisions.count < decisionCount {
            decisions += Array(
                repeating: Self.undecided, count: decisionCount - decisions.count)
        }
    }

    subscript(value number: Int) -> Value? {
        get { all[number].value }
        set { all[number].value = newValue }
    }

    subscript(decision number: Int) -> Int? {
        get { decisions[number] == Self.undecided ? nil : Int(decisions[number]) }
        set { decisions[number] = newValue.map { Int8(clamping: $0) } ?? Self.undecided }
    }

    // MARK: - What is printed

    /// Numbers of texts are below this.
    package var textCount: Int { 2 * all.count }

    /// What a piece prints, by its number.
    package func text(_ number: Int) -> [UInt8] {
        let known = all[number / 2]
        return (number.isMultiple(of: 2) ? known.plain : known.escaped) ?? []
    }

    /// The number of the text of a value.
    static func textNumber(ofValue number: Int, isEscaped: Bool) -> Int {
        2 * number + (isEscaped ? 1 : 0)
    }

    /// Octets that a piece prints; nil when nothing has printed it yet.
    func count(_ number: Int) -> Int? {
        number.isMultiple(of: 2) ? all[number / 2].plain?.count : all[number / 2].escaped?.count
    }

    mutating func note(_ text: [UInt8], as number: Int) {
        if number.isMultiple(of: 2) {
            all[number / 2].plain = text
        } else {
            all[number / 2].escaped = text
        }
    }
}
