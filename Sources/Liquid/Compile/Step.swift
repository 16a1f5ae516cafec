/// One thing that a program does.
///
/// Unchecked Sendable, as all that inherit it: steps never change once they are made, which the
/// compiler cannot know of a class that others inherit.
class Step: @unchecked Sendable {
    func run(_ m: inout Machine) throws(Stop) {}
}

final class TextStep: Step, @unchecked Sendable {
    let bytes: [UInt8]
    /// In `Program.literals`.
    let number: Int
    private let count: Int

    init(_ bytes: [UInt8], number: Int) {
        self.bytes = bytes
        self.number = number
        count = bytes.count
    }

    override func run(_ m: inout Machine) throws(Stop) {
        if m.listsPieces {
            m.list(.literal, number, count: count)
        } else {
            m.out += bytes
        }
    }
}

/// `{{ term | filters }}`
final class OutputStep: Step, @unchecked Sendable {
    let value: FilteredExpr
    let escapes: Bool
    /// The template itself said `escape`, which takes a list for its text in Ruby's notation.
    let isFilter: Bool
    /// Its number in `SharedValues`.
    let shared: Int?
    /// The field whose text is printed, where it has one: most outputs are nothing else.
    private let field: Int?
    let place: Int

    init(
        _ value: FilteredExpr, escapes: Bool, isFilter: Bool, shared: Int?, place: Int
    ) {
        field = value.filters.isEmpty ? value.expr.plainField : nil
        self.value = value
        self.escapes = escapes
        self.isFilter = isFilter
        self.shared = shared
        self.place = place
    }

    private func evaluate(_ m: inout Machine) throws(Stop) -> Value {
        guard let shared else { return try value.evaluate(&m) }
        if let known = m.known[value: shared] { return known }
        let value = try value.evaluate(&m)
        m.known[value: shared] = value
        return value
    }

    override func run(_ m: inout Machine) throws(Stop) {
        m.place = place
        if let field, let text = m.input.text(ofField: field) {
            print(text, &m)
        } else if m.listsPieces, let shared, try !printsNotation(&m) {
            try list(KnownValues.textNumber(ofValue: shared, isEscaped: escapes), &m)
        } else {
            try print(&m)
        }
        try m.checkOutput()
    }

    /// Prints or lists a field's text.
    private func print(_ text: String, _ m: inout Machine) {
        guard m.listsPieces, let shared else { return m.show(text, isEscaped: escapes) }
        let number = KnownValues.textNumber(ofValue: shared, isEscaped: escapes)
        let count =
            m.known.count(number) ?? m.known.shareForms(of: number)
            ?? m.note(text, isEscaped: escapes, as: number)
        m.list(.value, number, count: count)
    }

    /// Whether it prints a list in Ruby's notation, which is no value's usual form.
    private func printsNotation(_ m: inout Machine) throws(Stop) -> Bool {
        guard isFilter, case .array = try evaluate(&m) else { return false }
        return true
    }

    private func list(_ number: Int, _ m: inout Machine) throws(Stop) {
        if let count = m.known.count(number) ?? m.known.shareForms(of: number) {
            m.list(.value, number, count: count)
        } else {
            let count = try m.noted(number) { (m) throws(Stop) in try print(&m) }
            m.list(.value, number, count: count)
        }
    }

    private func print(_ m: inout Machine) throws(Stop) {
        let value = try evaluate(&m)
        if escapes {
            if isFilter, case .array = value {
                HTML.escape(value.textBytes, to: &m.out)
            } else {
                m.showEscaped(value)
            }
        } else if case .string(let text) = value {
            m.out += text
        } else {
            m.show(value)
        }
    }
}

/// A term and its filters, ready to be evaluated.
struct FilteredExpr: Sendable {
    let expr: Expr
    let filters: [BoundFilter]

    func evaluate(_ m: inout Machine) throws(Stop) -> Value {
        var value = try expr.evaluate(&m)
        for filter in filters { value = try filter.apply(value, &m) }
        return value
    }
}

final class AssignStep: Step, @unchecked Sendable {
    let symbol: Int
    let value: FilteredExpr
    let place: Int

    init(symbol: Int, value: FilteredExpr, place: Int) {
        self.symbol = symbol
        self.value = value
        self.place = place
    }

    override func run(_ m: inout Machine) throws(Stop) {
        m.place = place
        m.assigned[symbol] = try value.evaluate(&m)
    }
}

final class CaptureStep: Step, @unchecked Sendable {
    let symbol: Int
    let body: Steps

    init(symbol: Int, body: Steps) {
        self.symbol = symbol
        self.body = body
    }

    override func run(_ m: inout Machine) throws(Stop) {
        let text = try m.captured { (m) throws(Stop) in try m.run(body) }
        m.assigned[symbol] = .string(text)
    }
}

final class CounterStep: Step, @unchecked Sendable {
    let symbol: Int
    let isIncrement: Bool

    init(symbol: Int, isIncrement: Bool) {
        self.symbol = symbol
        self.isIncrement = isIncrement
    }

    override func run(_ m: inout Machine) throws(Stop) {
        var count = 0
        if let known = m.counters[symbol] {
            count = known
        } else if case .int(let given) = m.data(symbol) {
            count = given
        }
        if isIncrement {
            Numbers.append(count, to: &m.out)
            m.counters[symbol] = count &+ 1
        } else {
            m.counters[symbol] = count &- 1
            Numbers.append(count &- 1, to: &m.out)
        }
    }
}

final class InterruptStep: Step, @unchecked Sendable {
    let interrupt: Machine.Interrupt

    init(_ interrupt: Machine.Interrupt) { self.interrupt = interrupt }

    override func run(_ m: inout Machine) throws(Stop) { m.interrupt = interrupt }
}

final class CycleStep: Step, @unchecked Sendable {
    /// Nil: the values themselves name the cycle.
    let name: Expr?
    let key: [UInt8]
    let values: [Expr]
    let place: Int

    init(name: Expr?, key: [UInt8], values: [Expr], place: Int) {
        self.name = name
        self.key = key
        self.values = values
        self.place = place
    }

    override func run(_ m: inout Machine) throws(Stop) {
        m.place = place
        var key = key
        if let name {
            key = [0x3A]
            try name.evaluate(&m).inspect(to: &key)
        }
        let at = m.cycles[key] ?? 0
        if values.indices.contains(at) { m.show(try values[at].evaluate(&m)) }
        m.cycles[key] = at + 1 >= values.count ? 0 : at + 1
    }
}

final class ChangedStep: Step, @unchecked Sendable {
    let body: Steps

    init(body: Steps) { self.body = body }

    override func run(_ m: inout Machine) throws(Stop) {
        let text = try m.captured { (m) throws(Stop) in try m.run(body) }
        guard text != m.lastChanged else { return }
        m.lastChanged = text
        m.out += text
    }
}
