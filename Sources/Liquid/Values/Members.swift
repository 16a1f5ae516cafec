/// The members of a hash in order, found by name without hashing at render time.
package final class Members: Sendable {
    package let names: [[UInt8]]
    package let values: [Value]
    private let index: Index

    /// A name given twice keeps its first place and its last value.
    package init(_ members: some Sequence<([UInt8], Value)>) {
        var names: [[UInt8]] = []
        var values: [Value] = []
        var index = Index()
        for (name, value) in members {
            let hash = Self.hash(name)
            if let place = index.place(of: name, hash: hash, in: names) {
                values[place] = value
            } else {
                names.append(name)
                values.append(value)
                index.append(hash)
            }
        }
        self.names = names
        self.values = values
        self.index = index
    }

    package var count: Int { names.count }

    /// FNV-1a; names come from operators and data already bounded, not from recipients.
    static func hash(_ name: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 29)
    }

    subscript(name: MemberName) -> Value? {
        index.place(of: name.bytes, hash: name.hash, in: names).map { values[$0] }
    }

    package subscript(name: [UInt8]) -> Value? {
        index.place(of: name, hash: Self.hash(name), in: names).map { values[$0] }
    }
}

/// Places by the hashes of names.
private struct Index {
    private var hashes: [UInt64] = []
    /// Open addressing over places + 1, at most half full; empty while a linear scan is quicker.
    private var table: [Int32] = []

    func place(of name: [UInt8], hash: UInt64, in names: [[UInt8]]) -> Int? {
        if table.isEmpty {
            for place in 0..<hashes.count where hashes[place] == hash {
                if names[place] == name { return place }
            }
            return nil
        }
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while table[slot] != 0 {
            let place = Int(table[slot]) - 1
            if hashes[place] == hash, names[place] == name { return place }
            slot = (slot + 1) & mask
        }
        return nil
    }

    mutating func append(_ hash: UInt64) {
        hashes.append(hash)
        guard hashes.count > 12 else { return }
        if hashes.count * 2 > table.count {
            table = [Int32](repeating: 0, count: max(32, table.count * 2))
            for place in hashes.indices { enter(place) }
        } else {
            enter(hashes.count - 1)
        }
    }

    private mutating func enter(_ place: Int) {
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: hashes[place]) & mask
        while table[slot] != 0 { slot = (slot + 1) & mask }
        table[slot] = Int32(truncatingIfNeeded: place + 1)
    }
}
