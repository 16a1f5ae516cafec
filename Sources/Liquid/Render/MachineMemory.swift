/// The variables of a machine, whose arrays one render leaves to the next.
struct MachineMemory {
    /// By symbol: what loops and partial arguments bind.
    var locals: [Value?] = []
    /// By symbol: what assign and capture set.
    var assigned: [Value?] = []
    /// By symbol: what increment and decrement count.
    var counters: [Int?] = []
    /// By symbol: what the data source said, once it was asked.
    var roots: [Value?] = []
    /// By the program's data paths: what was found.
    var pathValues: [Value?] = []

    /// Forgets what the last render left, and makes room for a program.
    mutating func clear(symbols: Int, paths: Int) {
        Self.clear(&locals, symbols)
        Self.clear(&assigned, symbols)
        Self.clear(&roots, symbols)
        Self.clear(&counters, symbols)
        Self.clear(&pathValues, paths)
    }

    /// Most are nil already: looking is cheaper than making them anew.
    private static func clear<Element>(_ array: inout [Element?], _ count: Int) {
        for index in array.indices {
            if case .some = array[index] { array[index] = nil }
        }
        if array.count < count {
            array.append(contentsOf: repeatElement(nil, count: count - array.count))
        }
    }
}
