internal import Core

/// The state of one render.
struct Machine {
    enum Interrupt {
        case breakLoop
        case continueLoop
    }

    let program: Program
    private(set) var input = RenderInput(data: NoData(), now: .epoch)
    var out: [UInt8]
    private var personalTargets: RenderOutput.Targets
    /// Nil while something is captured.
    private(set) var sink: (any RenderSink)?
    /// Octets that went to the sink.
    private var sunkBytes = 0
    var interrupt: Interrupt?
    /// The step at work, an index into the program's places.
    var place = 0

    /// Variables, and what the data source said.
    var memory = MachineMemory()
    var known = KnownValues()
    /// Whether the data can be seen: not from plain Liquid's `render`.
    var seesData = true

    var loop: LoopState?
    /// By loop name: where `offset: continue` goes on.
    var offsets: [[UInt8]: Int] = [:]
    var cycles: [[UInt8]: Int] = [:]
    var lastChanged: [UInt8]?
    var stepsLeft: Int
    var depth = 0
    /// Inside a partial that forbids `include`.
    var forbidsInclude = false

    /// Takes what it renders from and what it writes into until they are exchanged again.
    init(program: Program, input: inout RenderInput, output: inout RenderOutput) {
        self.program = program
        out = []
        personalTargets = RenderOutput.Targets()
        sink = input.sink
        stepsLeft = input.limits.loopSteps
        exchange(&input, &output)
        memory.clear(symbols: program.symbols.count, paths: program.dataPaths.count)
    }

    /// Gives back input, output and the memory for the next machine. Copying them would count some
    /// twenty references a render.
    mutating func exchange(_ input: inout RenderInput, _ output: inout RenderOutput) {
        swap(&self.input, &input)
        swap(&out, &output.bytes)
        swap(&personalTargets, &output.personalTargets)
        swap(&memory, &output.memory)
    }

    mutating func value(of symbol: Int) -> Value {
        if let value = memory.locals[symbol] { return value }
        if let value = memory.assigned[symbol] { return value }
        if let count = memory.counters[symbol] { return .int(count) }
        return data(symbol)
    }

    mutating func data(_ symbol: Int) -> Value {
        guard seesData else { return .null }
        if let known = memory.roots[symbol] { return known }
        let value = input.data.value(named: program.symbols[symbol]) ?? .null
        memory.roots[symbol] = value
        return value
    }

    mutating func value(ofPath number: Int) throws(Stop) -> Value {
        if let known = memory.pathValues[number] { return known }
        let path = program.dataPaths[number]
        var value = member(path)
        if value == nil { value = try Expr.walk(data(path.symbol), path.lookups, &self) }
        memory.pathValues[number] = value
        return value ?? .null
    }

    /// A value that its source has without the whole that it is a member of.
    private func member(_ path: DataPath) -> Value? {
        guard seesData, path.lookups.count == 1, case .name(let name, _) = path.lookups[0] else {
            return nil
        }
        return input.data.member(name.bytes, of: program.symbols[path.symbol])
    }

    /// A name that was computed.
    mutating func value(named name: Value) -> Value {
        guard case .string(let bytes) = name else { return .null }
        if let symbol = program.symbolNumbers[bytes] { return value(of: symbol) }
        return seesData ? input.data.value(named: bytes) ?? .null : .null
    }

    mutating func run(_ steps: Steps) throws(Stop) { try steps.run(&self) }

    mutating func countStep() throws(Stop) {
        stepsLeft -= 1
        guard stepsLeft >= 0 else {
            throw .limit("loops run more than \(input.limits.loopSteps) times")
        }
        try checkOutput()
    }

    // MARK: - Writing

    // The sink is called without being bound to a name, which would count a reference.

    /// Text of the template, by its number.
    mutating func write(literal number: Int, _ bytes: [UInt8]) {
        guard sink != nil else { return out += bytes }
        flush()
        sink?.write(literal: number)
        sunkBytes += bytes.count
    }

    mutating func write(link number: Int) {
        guard sink != nil else {
            out += input.linkPrefix
            return Numbers.append(number, to: &out)
        }
        flush()
        sink?.write(link: number)
        sunkBytes += input.linkPrefix.count + Numbers.digitCount(number)
    }

    /// The text of a value, as it is or for HTML, under the value's number.
    mutating func write(_ text: String, isEscaped: Bool, value number: Int?) {
        if let number, write(again: number) { return }
        flush()
        let written: Void? = text.utf8.withContiguousStorageIfAvailable {
            write($0, isEscaped: isEscaped, value: number)
        }
        if written == nil {
            Array(text.utf8).withUnsafeBufferPointer {
                write($0, isEscaped: isEscaped, value: number)
            }
        }
    }

    private mutating func write(
        _ text: UnsafeBufferPointer<UInt8>, isEscaped: Bool, value number: Int?
    ) {
        if isEscaped, HTML.changes(text) {
            HTML.escape(text, to: &out)
            flush(value: number)
        } else if sink != nil {
            sink?.write(text, value: number)
            sunkBytes += text.count
        } else {
            out.append(contentsOf: text)
        }
    }

    /// Whether the sink had the value already, and wrote it.
    mutating func write(again number: Int) -> Bool {
        guard sink != nil else { return false }
        flush()
        guard let count = sink?.write(again: number) else { return false }
        sunkBytes += count
        return true
    }

    /// Hands over what was written into `out`: by an output under its value's number, or by tags.
    mutating func flush(value number: Int? = nil) {
        if !out.isEmpty, sink != nil { handOver(number) }
    }

    private mutating func handOver(_ number: Int?) {
        out.withUnsafeBufferPointer { sink?.write($0, value: number) }
        sunkBytes += out.count
        out.removeAll(keepingCapacity: true)
    }

    func checkOutput() throws(Stop) {
        guard out.count + sunkBytes <= input.limits.outputBytes else {
            throw .limit("the output exceeds \(input.limits.outputBytes) bytes")
        }
    }

    func checkCount(_ count: Int) throws(Stop) {
        guard count <= input.limits.loopSteps else {
            throw .limit("a list has more than \(input.limits.loopSteps) items")
        }
    }

    func checkBytes(_ count: Int) throws(Stop) {
        guard count <= input.limits.outputBytes else {
            throw .limit("a text exceeds \(input.limits.outputBytes) bytes")
        }
    }

    /// Writes a value, dates in the render's zone. A mutating method, not one that takes the
    /// buffer: handing over a part of the machine beside the whole would copy the buffer.
    mutating func show(_ value: Value) {
        switch value {
        case .int(let number): Numbers.append(number, to: &out)
        case .date(let instant): ZonedTime(instant, in: input.zone).appendText(to: &out)
        default: value.show(to: &out)
        }
    }

    /// The same for HTML.
    mutating func showEscaped(_ value: Value) {
        switch value {
        case .null: break
        case .string(let text): HTML.escape(text, to: &out)
        case .int(let number): Numbers.append(number, to: &out)
        default:
            var shown: [UInt8] = []
            swap(&shown, &out)
            show(value)
            swap(&shown, &out)
            HTML.escape(shown, to: &out)
        }
    }

    /// What a body writes, by itself.
    mutating func captured(
        _ body: (inout Machine) throws(Stop) -> Void
    ) throws(Stop) -> [UInt8] {
        var outer: [UInt8] = []
        swap(&out, &outer)
        let outerSink = sink
        sink = nil
        defer {
            swap(&out, &outer)
            sink = outerSink
        }
        try body(&self)
        try checkOutput()
        return out
    }

    /// Adds what a body writes to the targets of personal links, and says its number.
    mutating func target(
        _ body: (inout Machine) throws(Stop) -> Void
    ) throws(Stop) -> Int {
        swap(&out, &personalTargets.bytes)
        let outerSink = sink
        sink = nil
        defer {
            swap(&out, &personalTargets.bytes)
            sink = outerSink
        }
        try body(&self)
        try checkOutput()
        personalTargets.ends.append(out.count)
        return input.linkCount + personalTargets.ends.count
    }

    /// Runs with a scope of its own: nothing is seen from outside, nothing stays.
    mutating func isolated(
        keepsData: Bool, _ body: (inout Machine) throws(Stop) -> Void
    ) throws(Stop) {
        let count = program.symbols.count
        var scope = Scope(
            locals: Array(repeating: nil, count: count),
            assigned: Array(repeating: nil, count: count),
            counters: Array(repeating: nil, count: count), seesData: seesData && keepsData)
        exchange(&scope)
        try body(&self)
        exchange(&scope)
    }

    /// What a scope owns, but for its counters of resources.
    private struct Scope {
        var locals: [Value?]
        var assigned: [Value?]
        var counters: [Int?]
        var seesData: Bool
        var loop: LoopState?
        var offsets: [[UInt8]: Int] = [:]
        var cycles: [[UInt8]: Int] = [:]
        var lastChanged: [UInt8]?
        var forbidsInclude = true
        var interrupt: Interrupt?
    }

    private mutating func exchange(_ scope: inout Scope) {
        swap(&memory.locals, &scope.locals)
        swap(&memory.assigned, &scope.assigned)
        swap(&memory.counters, &scope.counters)
        swap(&seesData, &scope.seesData)
        swap(&loop, &scope.loop)
        swap(&offsets, &scope.offsets)
        swap(&cycles, &scope.cycles)
        swap(&lastChanged, &scope.lastChanged)
        swap(&forbidsInclude, &scope.forbidsInclude)
        swap(&interrupt, &scope.interrupt)
    }
}

/// Stands for the data of a machine that has none yet.
private struct NoData: DataSource {
    func value(named name: [UInt8]) -> Value? { nil }
}
