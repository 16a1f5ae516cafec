/// The members of a hash in order, found by name without hashing at render time.
package final class Members: Sendable {
    package let names: [[UInt8]]
    package let values: [Value]
    private let hashes: [UInt64]
    /// Open addressing over places + 1; empty while a linear scan is quicker.
    private let table: [Int32]

    /// A name given twice keeps its first place and its last value.
    package init(_ members: some Sequence<([UInt8], Value)>) {
        var names: [[UInt8]] = []
        var values: [Value] = []
        var places: [[UInt8]: Int] = [:]
        for (name, value) in members {
            if let place = places[name] {
                values[place] = value
            } else {
                places[name] = names.count
                names.append(name)
                values.append(value)
            }
        }
        self.names = names
        self.values = values
        hashes = names.map(Self.hash)
        var table: [Int32] = []
        if names.count > 12 {
            var size = 32
            while size < names.count * 2 { size *= 2 }
            table = [Int32](repeating: 0, count: size)
            for (index, hash) in hashes.enumerated() {
                var place = Int(truncatingIfNeeded: hash) & (size - 1)
                while table[place] != 0 { place = (place + 1) & (size - 1) }
                table[place] = Int32(truncatingIfNeeded: index + 1)
            }
        }
        self.table = table
    }

    package var count: Int { names.count }

    /// FNV-1a; names come from operators and data already bounded, not from recipients.
    package static func hash(_ name: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 29)
    }

    package func place(of name: [UInt8], hash: UInt64) -> Int? {
        if table.isEmpty {
            for index in 0..<hashes.count where hashes[index] == hash {
                if names[index] == name { return index }
            }
            return nil
        }
        let mask = table.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while table[place] != 0 {
            let index = Int(table[place]) - 1
            if hashes[index] == hash, names[index] == name { return index }
            place = (place + 1) & mask
        }
        return nil
    }

    subscript(name: MemberName) -> Value? {
        place(of: name.bytes, hash: name.hash).map { values[$0] }
    }

    package subscript(name: [UInt8]) -> Value? {
        place(of: name, hash: Self.hash(name)).map { values[$0] }
    }
}
