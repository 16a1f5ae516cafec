internal import Synchronization
internal import Threads

extension Store {
    /// Ids that one read of a count covers: some 50 ms, so that no read lasts.
    private static let idsPerRead: Int64 = 25_000

    /// How many profiles a condition (nil: all) holds for.
    ///
    /// Two readers share the ranges of ids, one on a thread of its own. What changes meanwhile may
    /// or may not be counted. Blocks; never call it from the writer's thread.
    package func count(_ condition: SQLCondition?) throws(StoreError) -> Int {
        let condition = condition ?? SQLCondition(sql: "1", values: [])
        let reader = try reader()
        let last = try reader.lastProfileID()
        let shares = Shares(last: last, size: Self.idsPerRead)
        guard last > Self.idsPerRead else { return try shares.count(condition, reader) }
        let other = Monitor<Result<Int, StoreError>>(.success(0))
        let thread = WorkThread("counter") { [self] in
            let result = Result { () throws(StoreError) in
                try shares.count(condition, self.reader())
            }
            other.update { $0 = result }
        }
        defer { thread.join() }
        let mine = try shares.count(condition, reader)
        thread.join()
        return try mine + other.withLock { $0 }.get()
    }

    /// Ranges of ids that are still to be counted.
    private final class Shares: Sendable {
        private let next = Atomic<Int64>(1)
        private let last: Int64
        private let size: Int64

        init(last: Int64, size: Int64) {
            self.last = last
            self.size = size
        }

        func count(_ condition: SQLCondition, _ reader: ReadAccess) throws(StoreError) -> Int {
            var count = 0
            while case let first = next.add(size, ordering: .relaxed).oldValue, first <= last {
                count += try reader.count(condition, in: first...(first + size - 1))
            }
            return count
        }
    }
}
