/// What renders with the same data have found, by the numbers of `SharedValues`: the programs that
/// share those are rendered one after another, each going on with what the one before knew.
package struct KnownValues: Sendable {
    private struct Place: Sendable {
        var start = -1
        var count = 0
    }

    private var values: [Value?] = []
    /// Where texts stand, by their numbers; before any byte for what was not printed yet.
    private var places: [Place] = []
    /// All that was printed, one text after another: an array for each would cost more than to
    /// print it.
    package internal(set) var texts: [UInt8] = []
    /// The index of the branch that was taken, behind the last one when none was.
    private var decisions: [Int8] = []

    private static let undecided: Int8 = -1

    package init() {}

    /// Room for what a program may add.
    mutating func reserve(values valueCount: Int, decisions decisionCount: Int) {
        if values.count < valueCount {
            let places = 2 * valueCount - places.count
            values.append(contentsOf: repeatElement(nil, count: valueCount - values.count))
            self.places.append(contentsOf: repeatElement(Place(), count: places))
            texts.reserveCapacity(8 * valueCount)
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

    // MARK: - What is printed

    /// Numbers of texts are below this.
    package var textCount: Int { places.count }

    /// Where in `texts` stands what a piece prints, by its number.
    package func range(ofText number: Int) -> Range<Int> {
        let place = places[number]
        return place.start < 0 ? 0..<0 : place.start..<place.start + place.count
    }

    /// The number of the text of a value.
    static func textNumber(ofValue number: Int, isEscaped: Bool) -> Int {
        2 * number + (isEscaped ? 1 : 0)
    }

    /// Octets that a piece prints; nil when nothing has printed it yet.
    func count(_ number: Int) -> Int? {
        let place = places[number]
        return place.start < 0 ? nil : place.count
    }

    /// The number of the same value's text in the other form: for HTML instead of plain text.
    package static func otherForm(of number: Int) -> Int { number ^ 1 }

    /// Where the value is printed in the other form already, and nothing in that is escaped, takes
    /// it for this form too, and says how many octets it is.
    mutating func shareForms(of number: Int) -> Int? {
        let other = Self.otherForm(of: number)
        guard places[other].start >= 0 else { return nil }
        let text = texts[range(ofText: other)]
        let isEscaped = !number.isMultiple(of: 2)
        guard isEscaped ? !HTML.changes(text) : !text.contains(0x26) else { return nil }
        places[number] = places[other]
        return text.count
    }

    /// Notes where in `texts` a text stands.
    mutating func note(_ range: Range<Int>, as number: Int) {
        places[number] = Place(start: range.lowerBound, count: range.count)
    }
}
