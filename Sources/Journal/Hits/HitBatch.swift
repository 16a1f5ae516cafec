/// Records that go into the journal together, with one system call.
package struct HitBatch: Sendable {
    private(set) var records: [UInt8] = []
    private(set) var count = 0

    package init() {}

    /// Adds a payload of 1 to 16,384 bytes.
    package mutating func add(_ payload: [UInt8]) throws(JournalError) {
        guard (1...HitJournal.maximumRecord).contains(payload.count) else {
            throw .tooLong(bytes: payload.count)
        }
        Segment.append(payload, to: &records)
        count += 1
    }
}
