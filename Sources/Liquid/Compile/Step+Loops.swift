/// What a loop passes over.
enum Items {
    case list([Value])
    case numbers(Int, Int)

    init(_ value: Value) {
        switch value {
        case .array(let items): self = .list(items)
        case .hash(let members):
            self = .list(zip(members.names, members.values).map { .array([.string($0), $1]) })
        case .range(let first, let last): self = .numbers(first, last)
        default: self = .list([])
        }
    }

    var count: Int {
        switch self {
        case .list(let items): items.count
        case .numbers(let first, let last):
            Value.range(first, last).size
        }
    }

    subscript(index: Int) -> Value {
        switch self {
        case .list(let items): items[index]
        case .numbers(let first, _): .int(first &+ index)
        }
    }

    /// The part from an offset, at most so long. A text is one item, whatever the bounds.
    static func segment(_ value: Value, from: Int, limit: Int?) -> (Items, Range<Int>) {
        if case .string(let text) = value {
            return (.list(text.isEmpty ? [] : [value]), 0..<(text.isEmpty ? 0 : 1))
        }
        let items = Items(value)
        let count = max(0, items.count)
        // A negative offset shifts the window to the left, as in the original.
        let (sum, overflow) = from.addingReportingOverflow(limit ?? 0)
        let end = limit == nil || overflow ? count : min(count, max(0, sum))
        let start = min(max(0, from), end)
        return (items, start..<end)
    }
}

final class LoopStep: Step, @unchecked Sendable {
    let node: Head
    let body: Steps
    let otherwise: Steps

    struct Head: Sendable {
        let name: [UInt8]
        let symbol: Int
        let forloop: Int
        let collection: Expr
        let limit: Expr?
        let offset: Expr?
        let goesOn: Bool
        let isReversed: Bool
        let place: Int
    }

    init(_ node: Head, body: Steps, otherwise: Steps) {
        self.node = node
        self.body = body
        self.otherwise = otherwise
    }

    override func run(_ m: inout Machine) throws(Stop) {
        m.place = node.place
        var from = 0
        if node.goesOn {
            from = m.offsets[node.name] ?? 0
        } else if let offset = node.offset {
            from = try Self.integer(offset.evaluate(&m)) ?? 0
        }
        let collection = try node.collection.evaluate(&m)
        let limit = try node.limit.map { (e) throws(Stop) in try Self.integer(e.evaluate(&m)) }
        let (items, range) = Items.segment(collection, from: from, limit: limit ?? nil)
        if m.program.remembersOffsets { m.offsets[node.name] = from &+ range.count }
        guard !range.isEmpty else { return try m.run(otherwise) }
        try pass(items, range, &m)
    }

    private func pass(
        _ items: Items, _ range: Range<Int>, _ m: inout Machine
    ) throws(Stop) {
        let state = LoopState(name: node.name, length: range.count, parent: m.loop)
        let outerItem = m.memory.locals[node.symbol]
        let outerLoop = m.memory.locals[node.forloop]
        m.loop = state
        m.memory.locals[node.forloop] = .loop(state)
        for step in 0..<range.count {
            try m.countStep()
            let index = node.isReversed ? range.upperBound - 1 - step : range.lowerBound + step
            m.memory.locals[node.symbol] = items[index]
            try m.run(body)
            state.advance()
            if let interrupt = m.interrupt {
                m.interrupt = nil
                if interrupt == .breakLoop { break }
            }
        }
        m.loop = state.parent
        m.memory.locals[node.symbol] = outerItem
        m.memory.locals[node.forloop] = outerLoop
    }

    /// A whole number, also as text; nil for null.
    static func integer(_ value: Value) throws(Stop) -> Int? {
        switch value {
        case .null: return nil
        case .int(let n): return n
        case .string(let text):
            if let n = Numbers.wholeInteger(text) { return n }
        default: break
        }
        throw .fault("a whole number is expected, not \(value.kind)")
    }
}

final class TableStep: Step, @unchecked Sendable {
    let symbol: Int
    let tableLoop: Int
    let collection: Expr
    let columns: Expr?
    let limit: Expr?
    let offset: Expr?
    let body: Steps
    let place: Int

    init(
        symbol: Int, tableLoop: Int, collection: Expr, columns: Expr?, limit: Expr?,
        offset: Expr?, body: Steps, place: Int
    ) {
        self.symbol = symbol
        self.tableLoop = tableLoop
        self.collection = collection
        self.columns = columns
        self.limit = limit
        self.offset = offset
        self.body = body
        self.place = place
    }

    override func run(_ m: inout Machine) throws(Stop) {
        m.place = place
        let collection = try collection.evaluate(&m)
        guard collection.isTruthy else { return }
        let from = try offset.map { (e) throws(Stop) in try Self.integer(e.evaluate(&m)) } ?? 0
        let limit = try limit.map { (e) throws(Stop) in try Self.integer(e.evaluate(&m)) }
        let (items, range) = Items.segment(collection, from: from, limit: limit)
        let columns =
            try columns.map { (e) throws(Stop) in try Self.integer(e.evaluate(&m)) }
            ?? range.count
        let state = LoopState(name: [], length: range.count, parent: nil, columns: columns)
        let outerItem = m.memory.locals[symbol]
        let outerLoop = m.memory.locals[tableLoop]
        m.memory.locals[tableLoop] = .loop(state)
        m.out += "<tr class=\"row1\">\n".utf8
        for index in range {
            try m.countStep()
            m.memory.locals[symbol] = items[index]
            m.out += "<td class=\"col".utf8
            Numbers.append(state.column, to: &m.out)
            m.out += "\">".utf8
            try m.run(body)
            m.out += "</td>".utf8
            if let interrupt = m.interrupt {
                m.interrupt = nil
                if interrupt == .breakLoop { break }
            }
            if state.column == columns, state.index < range.count - 1 {
                m.out += "</tr>\n<tr class=\"row".utf8
                Numbers.append(state.row + 1, to: &m.out)
                m.out += "\">".utf8
            }
            state.advance()
        }
        m.out += "</tr>\n".utf8
        m.memory.locals[symbol] = outerItem
        m.memory.locals[tableLoop] = outerLoop
    }

    /// As Ruby's `to_i`: text gives its leading digits, null 0.
    private static func integer(_ value: Value) throws(Stop) -> Int {
        switch value {
        case .null: return 0
        case .int(let n): return n
        case .double(let n): return Int(exactly: n.rounded(.towardZero)) ?? 0
        case .string(let text): return Numbers.leadingInteger(text)
        default: throw .fault("a whole number is expected, not \(value.kind)")
        }
    }
}
