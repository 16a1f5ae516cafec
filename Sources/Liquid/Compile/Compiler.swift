internal import Diagnostics

/// Turns nodes into steps: names into symbols, filters into functions, partials into bodies.
struct Compiler {
    let mode: Template.Mode
    let options: CompileOptions
    var symbols: [[UInt8]] = []
    var symbolNumbers: [[UInt8]: Int] = [:]
    var places: [Place] = []
    var literals: [[UInt8]] = []
    var dataPaths: [DataPath] = []
    /// The numbers of `dataPaths`.
    var dataPathNumbers: [[String]: Int] = [:]
    /// Plain Liquid's `include` may bind any name on its way.
    let includes: Bool
    var slots: [String]
    var blocksCount = 0
    var remembersOffsets = false
    /// All that were made.
    var outputs: [OutputStep] = []
    var escaping: CompileOptions.Escaping
    /// Names that the text at hand binds; a path that begins with one is no field.
    var bound: Set<String>
    var partials: [[UInt8]: PartialBody] = [:]
    /// The partials being compiled, outermost first.
    var chain: [String] = []
    /// Bodies around the current node.
    private var depth = 0
    /// Whether all partials were compiled for a computed name.
    var knowsAllPartials = false

    init(_ template: Template, _ options: CompileOptions) {
        mode = template.mode
        self.options = options
        slots = options.slots
        escaping = options.escaping
        bound = template.boundNames
        includes = template.includes
        places = [Place(template.source, 0)]
    }

    mutating func symbol(_ name: [UInt8]) -> Int {
        if let number = symbolNumbers[name] { return number }
        symbolNumbers[name] = symbols.count
        symbols.append(name)
        return symbols.count - 1
    }

    mutating func symbol(_ name: String) -> Int { symbol(Array(name.utf8)) }

    mutating func place(_ place: Place) -> Int {
        places.append(place)
        return places.count - 1
    }

    mutating func steps(_ nodes: [Node]) throws(Finding) -> Steps {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 2 * TemplateParser.maximumDepth else {
            let at = nodes.lazy.compactMap(\.place).first ?? places[0]
            throw at.finding("nesting", "blocks are nested too deep")
        }
        var steps: [Step] = []
        var text: [UInt8] = []
        for node in nodes {
            if case .text(let node) = node {
                text += node.bytes
                continue
            }
            if !text.isEmpty { steps.append(self.text(text)) }
            text = []
            if case .output(let output) = node, let pool = output.coupon,
                case .path(let path) = output.value.term
            {
                steps.append(
                    RequireStep(
                        self.path(path), reason: Node.Output.couponReason(pool),
                        place: place(output.place)))
            }
            steps.append(try step(node))
        }
        if !text.isEmpty { steps.append(self.text(text)) }
        return Steps(steps)
    }

    private mutating func text(_ bytes: [UInt8]) -> Step {
        literals.append(bytes)
        return TextStep(bytes, number: literals.count - 1)
    }

    private mutating func step(_ node: Node) throws(Finding) -> Step {
        switch node {
        case .text(let node): return text(node.bytes)
        case .output(let node): return output(node)
        case .assign(let node):
            return AssignStep(
                symbol: symbol(node.name), value: filtered(node.value), place: place(node.place))
        case .capture(let node):
            return CaptureStep(symbol: symbol(node.name), body: try steps(node.body))
        case .conditional(let node): return try conditional(node)
        case .choice(let node): return try choice(node)
        case .loop(let node): return try loop(node)
        case .table(let node): return try table(node)
        case .cycle(let node): return cycle(node)
        case .counter(let node):
            return CounterStep(symbol: symbol(node.name), isIncrement: node.isIncrement)
        case .interrupt(.breakLoop): return InterruptStep(.breakLoop)
        case .interrupt(.continueLoop): return InterruptStep(.continueLoop)
        case .changed(let node): return ChangedStep(body: try steps(node.body))
        case .partial(let node): return try partial(node)
        case .slot(let node): return try slot(node)
        case .blocks(let node): return try blocks(node)
        case .abort(let node): return AbortStep(node.reason)
        case .require(let node):
            let names = node.path.plainNames?.joined(separator: ".") ?? "a required field"
            return RequireStep(
                path(node.path), reason: "\(names) is blank", place: place(node.place))
        case .link(let node): return try link(node)
        }
    }

    private mutating func slot(_ node: Node.Slot) throws(Finding) -> Step {
        var number = slots.firstIndex(of: node.name)
        if number == nil {
            number = slots.count
            slots.append(node.name)
        }
        var alternatives: [Steps] = []
        for alternative in node.alternatives { alternatives.append(try steps(alternative.body)) }
        return SlotStep(number: number ?? 0, alternatives: alternatives)
    }

    private mutating func blocks(_ node: Node.Blocks) throws(Finding) -> Step {
        let number = blocksCount
        blocksCount += 1
        var bodies: [Steps] = []
        for block in node.blocks { bodies.append(try steps(block.body)) }
        return BlocksStep(number: number, blocks: bodies)
    }

    /// A personal target goes into a header-like list, not into HTML: nothing in it is escaped.
    private mutating func link(_ node: Node.Link) throws(Finding) -> Step {
        guard node.isPersonal else { return LinkStep(number: node.number, target: Steps([])) }
        let outer = escaping
        escaping = .none
        defer { escaping = outer }
        return LinkStep(number: node.number, target: try steps(node.target))
    }
}
