internal import CSQLite

/// The prepared statements of a connection, by their texts.
///
/// A table of its own: one is looked up a dozen times a click, and what a dictionary computes of a key
/// costs more than the rest of the look.
struct PreparedStatements {
    private struct Entry {
        let text: String
        let statement: OpaquePointer
    }

    private var buckets = [[Entry]](repeating: [], count: 256)

    /// Adds up: only who prepares one more asks.
    var count: Int { buckets.reduce(0) { $0 + $1.count } }

    subscript(text: String) -> OpaquePointer? {
        let bucket = buckets[Self.bucket(text)]
        return bucket.first { $0.text == text }?.statement
    }

    mutating func add(_ text: String, _ statement: OpaquePointer) {
        buckets[Self.bucket(text)].append(Entry(text: text, statement: statement))
    }

    /// Finalizes and forgets those that are not at work.
    mutating func removeIdle() {
        for index in buckets.indices {
            buckets[index].removeAll { entry in
                guard sqlite3_stmt_busy(entry.statement) == 0 else { return false }
                sqlite3_finalize(entry.statement)
                return true
            }
        }
    }

    /// Finalizes all of them.
    mutating func removeAll() {
        for bucket in buckets { for entry in bucket { sqlite3_finalize(entry.statement) } }
        buckets = buckets.map { _ in [] }
    }

    /// Statements differ in length or at their ends nearly always.
    private static func bucket(_ text: String) -> Int {
        var text = text
        let mixed = text.withUTF8 { octets in
            let last = UnsafeRawBufferPointer(octets)
            let end =
                octets.count < 8
                ? 0 : last.loadUnaligned(fromByteOffset: octets.count - 8, as: UInt64.self)
            // Fibonacci hashing: the upper bits of the product are the well mixed ones.
            return (end ^ UInt64(octets.count)) &* 0x9E37_79B9_7F4A_7C15
        }
        return Int(mixed >> 56)
    }
}
