/// One thing that a program does. Steps never change once they are made.
protocol Step: AnyObject, Sendable {
    func run(_ m: inout Machine) throws(Stop)
}

final class TextStep: Step {
    let bytes: [UInt8]
    /// In `Program.literals`.
    let number: Int

    init(_ bytes: [UInt8], number: Int) {
        self.bytes = bytes
        self.number = number
    }

    func run(_ m: inout Machine) throws(Stop) {
        if m.listsLiterals {
            m.list(literal: number, count: bytes.count)
        } else {
            m.out += bytes
        }
    }
}

/// `{{ term | filters }}`
final class OutputStep: Step {
    let value: FilteredExpr
    let escapes: Bool
    /// The template itself said `escape`, which takes a list for its text in Ruby's notation.
    let isFilter: Bool
    let place: Int

    init(_ value: FilteredExpr, escapes: Bool, isFilter: Bool, place: Int) {
        self.value = value
        self.escapes = escapes
        self.isFilter = isFilter
        self.place = place
    }

    func run(_ m: inout Machine) throws(Stop) {
        m.place = place
        let value = try value.evaluate(&m)
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
        try m.checkOutput()
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

final class AssignStep: Step {
    let symbol: Int
    let value: FilteredExpr
    let place: Int

    init(symbol: Int, value: FilteredExpr, place: Int) {
        self.symbol = symbol
        self.value = value
        self.place = place
    }

    func run(_ m: inout Machine) throws(Stop) {
        m.place = place
        m.assigned[symbol] = try value.evaluate(&m)
    }
}

final class CaptureStep: Step {
    let symbol: Int
    let body: [any Step]

    init(symbol: Int, body: [any Step]) {
        self.symbol = symbol
        self.body = body
    }

    func run(_ m: inout Machine) throws(Stop) {
        let text = try m.captured { (m) throws(Stop) in try m.run(body) }
        m.assigned[symbol] = .string(text)
    }
}

final class CounterStep: Step {
    let symbol: Int
    let isIncrement: Bool

    init(symbol: Int, isIncrement: Bool) {
        self.symbol = symbol
        self.isIncrement = isIncrement
    }

    func run(_ m: inout Machine) throws(Stop) {
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

final class InterruptStep: Step {
    let interrupt: Machine.Interrupt

    init(_ interrupt: Machine.Interrupt) { self.interrupt = interrupt }

    func run(_ m: inout Machine) throws(Stop) { m.interrupt = interrupt }
}

final class CycleStep: Step {
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

    func run(_ m: inout Machine) throws(Stop) {
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

final class ChangedStep: Step {
    let body: [any Step]

    init(body: [any Step]) { self.body = body }

    func run(_ m: inout Machine) throws(Stop) {
        let text = try m.captured { (m) throws(Stop) in try m.run(body) }
        guard text != m.lastChanged else { return }
        m.lastChanged = text
        m.out += text
    }
}
