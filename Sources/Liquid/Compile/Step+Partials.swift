/// A partial's steps, shared by all that render it.
///
/// Unchecked Sendable: `steps` and `fault` are set once, while the program is compiled, which lets
/// a partial of plain Liquid refer to itself.
final class PartialBody: @unchecked Sendable {
    let name: String
    var steps = Steps([])
    /// Why it cannot be rendered.
    var fault: String?

    init(name: String) { self.name = name }
}

final class PartialStep: Step, @unchecked Sendable {
    struct Head: Sendable {
        /// Nil: the name is computed. The program keeps all bodies: a partial of plain Liquid may
        /// render itself, and would never be freed.
        unowned let body: PartialBody?
        let name: Expr
        let subject: Expr?
        let isInclude: Bool
        let isRepeated: Bool
        /// The symbol that the subject is bound to; nil: that of the partial's own name.
        let alias: Int?
        /// By partial name: the symbol of the last part of that name.
        let ownSymbols: [[UInt8]: Int]
        let arguments: [(symbol: Int, value: Expr)]
        let forloop: Int
        let place: Int
    }

    let node: Head

    init(_ node: Head) { self.node = node }

    override func run(_ m: inout Machine) throws(Stop) {
        m.place = node.place
        guard case .string(let name) = try node.name.evaluate(&m) else {
            throw .fault("the partial's name is no text")
        }
        guard let body = node.body ?? m.program.partials[name] else {
            throw .fault(code: "unknown-partial", message: "unknown partial \"\(name.text)\"")
        }
        if let fault = body.fault { throw .fault(fault) }
        guard m.depth < m.input.limits.partialDepth else {
            throw .limit("partials are nested more than \(m.input.limits.partialDepth) deep")
        }
        m.depth += 1
        defer { m.depth -= 1 }
        if node.isInclude {
            guard !m.forbidsInclude else { throw .fault("include cannot be used in render") }
            try include(body, name, &m)
        } else {
            try render(body, name, &m)
        }
    }

    private func include(
        _ body: PartialBody, _ name: [UInt8], _ m: inout Machine
    ) throws(Stop) {
        let own = node.alias ?? node.ownSymbols[name]
        let subject =
            try node.subject.map { (e) throws(Stop) in try e.evaluate(&m) }
            ?? m.value(named: .string(name))
        let symbols = node.arguments.map(\.symbol) + (own.map { [$0] } ?? [])
        let outer = symbols.map { m.memory.locals[$0] }
        for argument in node.arguments {
            m.memory.locals[argument.symbol] = try argument.value.evaluate(&m)
        }
        if case .array(let items) = subject, let own {
            for item in items {
                try m.countStep()
                m.memory.locals[own] = item
                try m.run(body.steps)
            }
        } else {
            if let own { m.memory.locals[own] = subject }
            try m.run(body.steps)
        }
        for (symbol, value) in zip(symbols, outer).reversed() { m.memory.locals[symbol] = value }
    }

    private func render(
        _ body: PartialBody, _ name: [UInt8], _ m: inout Machine
    ) throws(Stop) {
        let subject = try node.subject.map { (e) throws(Stop) in try e.evaluate(&m) }
        if node.isRepeated, let subject, subject.isRepeatable {
            let items = Items(subject)
            try m.checkCount(items.count)
            let state = LoopState(name: name, length: items.count, parent: nil)
            for index in 0..<items.count {
                try m.countStep()
                try pass(body, name, items[index], state, &m)
                state.advance()
            }
        } else {
            try pass(body, name, subject, nil, &m)
        }
    }

    private func pass(
        _ body: PartialBody, _ name: [UInt8], _ subject: Value?, _ state: LoopState?,
        _ m: inout Machine
    ) throws(Stop) {
        var bound: [(Int, Value)] = []
        for argument in node.arguments {
            bound.append((argument.symbol, try argument.value.evaluate(&m)))
        }
        try m.isolated(keepsData: m.program.keepsData) { (m) throws(Stop) in
            if let state { m.memory.locals[node.forloop] = .loop(state) }
            for (symbol, value) in bound { m.memory.locals[symbol] = value }
            if let subject, !subject.isNull, let own = node.alias ?? node.ownSymbols[name] {
                m.memory.locals[own] = subject
            }
            try m.run(body.steps)
        }
    }
}

extension Value {
    fileprivate var isRepeatable: Bool {
        switch self {
        case .array, .hash, .range: true
        default: false
        }
    }
}
