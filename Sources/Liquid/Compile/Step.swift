internal import Core

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

    init(_ bytes: [UInt8], number: Int) {
        self.bytes = bytes
        self.number = number
    }

    override func run(_ m: inout Machine) throws(Stop) {
        m.write(literal: number, bytes)
    }
}

/// `{{ term | filters }}`
final class OutputStep: Step, @unchecked Sendable {
    let value: FilteredExpr
    let escapes: Bool
    /// The template itself said `escape`, which takes a list for its text in Ruby's notation.
    let isFilter: Bool
    /// Its number in `SharedValues`, for what must be computed.
    private let shared: Int?
    /// The number under which a sink knows what is printed; nil for what no other step prints. Set
    /// while the program is compiled.
    private(set) var number: Int?
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
        // A field is at hand.
        self.shared = field == nil ? shared : nil
        number = shared.map { 2 * $0 + (escapes ? 1 : 0) }
        self.place = place
    }

    /// Of all steps of a program, those alone keep their number that have it with another.
    static func keepRepeated(_ steps: [OutputStep]) {
        let counts = steps.reduce(into: [:]) { $0[$1.number, default: 0] += 1 }
        for step in steps where counts[step.number] == 1 { step.number = nil }
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
        if let number, !isFilter, m.write(again: number) {
            // The sink has it from before.
        } else if let field, let text = m.input.text(ofField: field) {
            m.write(text, isEscaped: escapes, value: number)
        } else {
            try print(&m)
            if let number, !isFilter { m.flush(value: number) }
        }
        try m.checkOutput()
    }

    private func print(_ m: inout Machine) throws(Stop) {
        let value = try evaluate(&m)
        if escapes {
            if isFilter, case .array = value {
                HTML.escape(value.textBytes, to: &m.out)
            } else {
                m.showEscaped(value)
            }
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
        m.memory.assigned[symbol] = try value.evaluate(&m)
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
        m.memory.assigned[symbol] = .string(text)
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
        if let known = m.memory.counters[symbol] {
            count = known
        } else if case .int(let given) = m.data(symbol) {
            count = given
        }
        if isIncrement {
            Numbers.append(count, to: &m.out)
            m.memory.counters[symbol] = count &+ 1
        } else {
            m.memory.counters[symbol] = count &- 1
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
