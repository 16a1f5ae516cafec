/// The addresses of a file so far, as keyed hashes: 16 octets an address at most.
///
/// Beyond the limit none is taken in any more, and repetitions of later ones are not seen.
struct SeenAddresses {
    static let limit = 16_000_000

    /// Open addressing with linear steps; 0 is a free place.
    private var table = [Int](repeating: 0, count: 1 << 12)
    private(set) var count = 0

    /// Whether the address, in any case of its letters, came before.
    mutating func insert(_ address: UnsafeBufferPointer<UInt8>) -> Bool {
        var hasher = Hasher()
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(address.count, 1)) { lower in
            for (index, byte) in address.enumerated() {
                lower[index] = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            }
            hasher.combine(
                bytes: UnsafeRawBufferPointer(
                    rebasing: UnsafeRawBufferPointer(lower)[..<address.count]))
        }
        let hash = hasher.finalize()
        let code = hash == 0 ? 1 : hash
        let place = Self.place(of: code, in: table)
        if table[place] == code { return true }
        guard count < Self.limit else { return false }
        table[place] = code
        count += 1
        if count * 2 > table.count { grow() }
        return false
    }

    private mutating func grow() {
        var larger = [Int](repeating: 0, count: table.count * 2)
        for code in table where code != 0 { larger[Self.place(of: code, in: larger)] = code }
        table = larger
    }

    private static func place(of code: Int, in table: [Int]) -> Int {
        let mask = table.count - 1
        var place = code & mask
        while table[place] != 0, table[place] != code { place = (place + 1) & mask }
        return place
    }
}
