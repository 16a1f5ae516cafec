import Core
import PowerLoss
import Store
import Testing
import Threads

/// A disk that fails a sync forgets what it should have written, and says so once.
@Suite struct FailedSyncTests {
    private let home: TemporaryStore
    private let disk: FaultyDisk

    private init(logPages: Int) throws {
        var disk: FaultyDisk?
        home = try TemporaryStore(logPages: logPages) { disk = FaultyDisk($0) }
        self.disk = try #require(disk)
        _ = try home.addPeople(1)
    }

    init() throws { try self.init(logPages: 4000) }

    /// What a power cut at this moment leaves, in one of many ways.
    private func cut(_ random: inout SplitMix64) throws -> TemporaryStore {
        disk.cutPower(before: [0]) { _ in }
        _ = try home.addPeople(1, from: 1000 + disk.cuts.count)
        return try TemporaryStore(restoring: try #require(disk.cuts.last).files(using: &random))
    }

    @Test("what was to become durable later is there after a sync of the log has failed")
    func log() throws {
        defer { disk.remove() }
        try home.step(1, durable: .later)
        disk.failSync(of: "maild.db-wal")
        #expect(throws: StoreError.self) { try home.step(2) }
        #expect(disk.hasFailed)
        try home.step(2)
        var random = SplitMix64(seed: 1)
        for _ in 0..<10 { #expect(try cut(&random).steps == 2) }
    }

    @Test(
        "the log stays until the database has it, also when the sync of a checkpoint fails",
        arguments: 1...5 as ClosedRange<UInt64>)
    func checkpoint(seed: UInt64) throws {
        disk.remove()
        let frequent = try Self(logPages: 20)
        defer { frequent.disk.remove() }
        try frequent.survive(SplitMix64(seed: seed))
    }

    private func survive(_ random: SplitMix64) throws {
        var random = random
        let text = String(repeating: "x", count: 3000)
        let reached = Monitor<Int64>(0)
        let found = Monitor<[Int64]>([])
        disk.failSync(of: "maild.db")
        let moments = (0..<40).map { _ in Int.random(in: 0..<600, using: &random) }
        disk.cutPower(before: Set(moments)) { _ in
            let now = reached.withLock { $0 }
            found.update { $0.append(now) }
        }
        for step in 1...100 as ClosedRange<Int64> {
            try home.step(step, text: text)
            reached.withLock { $0 = step }
        }
        #expect(disk.hasFailed)
        #expect(disk.cuts.count > 15, "only \(disk.operations) operations")
        for cut in disk.cuts {
            let after = try TemporaryStore(restoring: cut.files(using: &random))
            let steps = try #require(try after.steps, "cut \(cut.number)")
            #expect(steps >= found.withLock { $0[cut.number] }, "cut \(cut.number)")
        }
    }

    @Test("who asks for what is durable already writes nothing")
    func makeDurable() throws {
        defer { disk.remove() }
        try home.step(1, durable: .later)
        #expect(try operations { try home.store.makeDurable() } > 0)
        #expect(try operations { try home.store.makeDurable() } == 0)
        try home.step(2, durable: .later)
        try home.step(3)
        #expect(try operations { try home.store.makeDurable() } == 0)
        try home.step(4, durable: .later)
        // It writes nothing, so it waits for no disk.
        try home.store.write(.loop) { _ in }
        #expect(try operations { try home.store.makeDurable() } > 0)
    }

    private func operations(_ body: () throws -> Void) throws -> Int {
        let before = disk.operations
        try body()
        return disk.operations - before
    }
}
