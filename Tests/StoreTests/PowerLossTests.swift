import Core
import PowerLoss
import Store
import Testing
import Threads

/// The power goes at random moments, and the disk keeps what it likes of what was not synced.
@Suite struct PowerLossTests {
    private static let people: Int64 = 200
    private static let batch: Int64 = 10
    /// So few that there are checkpoints all the time.
    private static let logPages = 30

    @Test(
        "whatever a power cut takes, every answered commit is there and none by half",
        arguments: 1...3 as ClosedRange<UInt64>)
    func cuts(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var disk: FaultyDisk!
        let home = try TemporaryStore(logPages: Self.logPages) { disk = FaultyDisk($0) }
        defer { disk.remove() }
        let answered = Monitor<[Int64: DeliveryState]>([:])
        let found = cutPower(of: disk, noting: answered, using: &random)
        try work(home, answered, using: &random)

        #expect(disk.cuts.count > 15, "only \(disk.operations) operations")
        for cut in disk.cuts {
            for _ in 0..<2 {
                let after = try TemporaryStore(restoring: cut.files(using: &random))
                try judge(
                    after, answered: found.withLock { $0[cut.number] },
                    "seed \(seed), cut \(cut.number)")
            }
        }
    }

    @Test(
        "what becomes durable later is lost from its end only, and never behind what is durable",
        arguments: 1...3 as ClosedRange<UInt64>)
    func later(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var disk: FaultyDisk!
        let home = try TemporaryStore(logPages: Self.logPages) { disk = FaultyDisk($0) }
        defer { disk.remove() }
        _ = try home.addPeople(1)
        let reached = Monitor<(committed: Int64, durable: Int64)>((0, 0))
        let found = cutPower(of: disk, noting: reached, using: &random)
        for step in 1...200 as ClosedRange<Int64> {
            let durability: Durability =
                Int.random(in: 0..<5, using: &random) > 0 ? .later : .atOnce
            let text = String(repeating: "x", count: Int.random(in: 0..<9000, using: &random))
            try home.step(step, durable: durability, text: text)
            reached.update { $0.committed = step }
            let isAsked = Int.random(in: 0..<10, using: &random) == 0
            if isAsked { try home.store.makeDurable() }
            if isAsked || durability == .atOnce { reached.update { $0.durable = step } }
        }

        #expect(disk.cuts.count > 15, "only \(disk.operations) operations")
        var lost = 0
        for cut in disk.cuts {
            let after = try TemporaryStore(restoring: cut.files(using: &random))
            let which: Comment = "seed \(seed), cut \(cut.number)"
            let steps = try #require(try after.steps, which)
            let then = found.withLock { $0[cut.number] }
            #expect(steps >= then.durable, which)
            if steps < then.committed { lost += 1 }
        }
        #expect(lost > 0, "no cut took anything")
    }

    /// Has the power go at random moments, and notes what a state was at each.
    private func cutPower<State: Sendable>(
        of disk: FaultyDisk, noting state: Monitor<State>, using random: inout SplitMix64
    ) -> Monitor<[State]> {
        let found = Monitor<[State]>([])
        let moments = (0..<30).map { _ in Int.random(in: 0..<500, using: &random) }
        disk.cutPower(before: Set(moments)) { _ in
            let now = state.withLock { $0 }
            found.update { $0.append(now) }
        }
        return found
    }

    /// Plans a mailing and settles its deliveries, batch by batch, noting what was answered.
    private func work(
        _ home: TemporaryStore, _ answered: Monitor<[Int64: DeliveryState]>,
        using random: inout SplitMix64
    ) throws {
        _ = try home.addPeople(Int(Self.people))
        let deliveries = try home.run("autumn")
        let done = Monitor(0)
        var jobs = 0
        for start in stride(from: 0, to: deliveries.count, by: Int(Self.batch)) {
            let ids = Array(deliveries[start..<start + Int(Self.batch)])
            let size = Int.random(in: 0..<12_000, using: &random)
            let intents = ids.enumerated().map {
                Intent(
                    delivery: $1, place: $0, choices: nil,
                    mergeRow: [UInt8](repeating: 7, count: size))
            }
            home.store.submit(.results) { access in
                try access.commit(intents, at: .epoch)
            } done: { result in
                if case .success = result {
                    answered.update { for id in ids { $0[id] = .sending } }
                }
                done.update { $0 += 1 }
            }
            home.store.submit(.results) { access in
                try access.commit(
                    ids.map {
                        AttemptResult(
                            delivery: $0, outcome: .accepted(ok), retryAt: nil,
                            addressIsDead: false)
                    }, at: .epoch)
            } done: { result in
                if case .success = result { answered.update { for id in ids { $0[id] = .sent } } }
                done.update { $0 += 1 }
            }
            jobs += 2
            // Sometimes several batches share a transaction.
            let wanted = Bool.random(using: &random) ? jobs : 0
            _ = done.wait { $0 >= wanted ? true : nil }
        }
        let all = jobs
        _ = done.wait { $0 >= all ? true : nil }
    }

    private func judge(
        _ home: TemporaryStore, answered: [Int64: DeliveryState], _ which: Comment
    ) throws {
        let reader = try home.store.reader()
        let check = try reader.connection.query("PRAGMA integrity_check") { $0.text(0) }
        #expect(check == ["ok"], which)
        var states: [Int64: DeliveryState] = [:]
        for delivery in try reader.deliveries(mailing: 1, state: nil, limit: 10_000) {
            states[delivery.id] = delivery.state
            if delivery.state != .queued { #expect(try reader.mergeRow(delivery.id) != nil, which) }
        }
        for (id, state) in answered {
            let isKept = states[id] == state || (state == .sending && states[id] == .sent)
            #expect(isKept, "\(which): delivery \(id) was \(state), is \(states[id] as Any)")
        }
        let batches = Dictionary(grouping: states) { ($0.key - 1) / Self.batch }
        for batch in batches.values { #expect(Set(batch.map(\.value)).count == 1, which) }
        #expect(
            try reader.deliveryCounts(mailing: 1)
                == Dictionary(grouping: states.values, by: { $0 }).mapValues(\.count), which)
        // And it goes on.
        _ = try home.addPeople(1, from: 1000)
    }
}
