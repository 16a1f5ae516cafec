/// The names of a hash's members in order, and where each stands.
package struct MemberNames: Sendable {
    private(set) var all: [[UInt8]] = []
    private var hashes: [UInt64] = []
    /// Open addressing over places + 1, at most half full; empty while a linear scan is quicker.
    private var table: [Int32] = []

    init() {}

    /// Names of hashes that are made again and again; each stands there once.
    package init(_ names: [String]) {
        for name in names { _ = enter(Array(name.utf8)) }
    }

    /// FNV-1a; names come from operators and data already bounded, not from recipients.
    static func hash(_ name: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 29)
    }

    func place(of name: [UInt8], hash: UInt64) -> Int? {
        if table.isEmpty {
            for place in 0..<hashes.count where hashes[place] == hash {
                if all[place] == name { return place }
            }
            return nil
        }
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while table[slot] != 0 {
            let place = Int(table[slot]) - 1
            if hashes[place] == hash, all[place] == name { return place }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Adds a name; the place of one that was there before.
    mutating func enter(_ name: [UInt8]) -> Int? {
        let hash = Self.hash(name)
        if let place = place(of: name, hash: hash) { return place }
        all.append(name)
        hashes.append(hash)
        guard hashes.count > 12 else { return nil }
        if hashes.count * 2 > table.count {
            table = [Int32](repeating: 0, count: max(32, table.count * 2))
            for place in hashes.indices { put(place) }
        } else {
            put(hashes.count - 1)
        }
        return nil
    }

    private mutating func put(_ place: Int) {
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: hashes[place]) & mask
        while table[slot] != 0 { slot = (slot + 1) & mask }
        table[slot] = Int32(truncatingIfNeeded: place + 1)
    }
}
