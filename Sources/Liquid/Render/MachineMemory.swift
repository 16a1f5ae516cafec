/// The arrays of a machine, which one render leaves to the next.
struct MachineMemory {
    var locals: [Value?] = []
    var assigned: [Value?] = []
    var roots: [Value?] = []
    var counters: [Int?] = []
    var pathValues: [Value?] = []

    /// Forgets what the last render left, and makes room for a program.
    mutating func clear(symbols: Int, paths: Int) {
        Self.clear(&locals, symbols)
        Self.clear(&assigned, symbols)
        Self.clear(&roots, symbols)
        Self.clear(&counters, symbols)
        Self.clear(&pathValues, paths)
    }

    private static func clear<Element>(_ array: inout [Element?], _ count: Int) {
        array.removeAll(keepingCapacity: true)
        array.append(contentsOf: repeatElement(nil, count: count))
    }
}
