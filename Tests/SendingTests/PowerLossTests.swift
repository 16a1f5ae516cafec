import Bench
import Core
import PowerLoss
import Sending
import Store
import Testing
import Threads

/// The power goes while a station sends: the flight log is gone with it, the store is what the
/// disk had.
@Suite struct PowerLossTests {
    private static let people = 240
    private static let places = 2 * 4

    @Test(
        "after a power cut nobody gets it again, nobody is left out, and doubts fit the places",
        arguments: [11, 12] as [UInt64])
    func cuts(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let shop = try Workshop(isFaulty: true) { $0.latency = 1 }
        defer { shop.close() }
        let disk = try #require(shop.disk)
        try shop.addProfiles(addresses(Self.people))
        try shop.release("autumn")
        // What the relay has taken responsibility for when the power goes.
        let taken = Monitor<[Set<String>]>([])
        let moments = (0..<10).map { _ in Int.random(in: 0..<350, using: &random) }
        let sink = shop.sink
        disk.cutPower(before: Set(moments)) { _ in
            let now = Set(sink.envelopes.flatMap(\.recipients))
            taken.update { $0.append(now) }
        }
        let station = try shop.station { $0.window = 4 }
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(disk.cuts.count > 3, "only \(disk.operations) operations")
        for cut in disk.cuts {
            try goOn(
                after: cut.files(using: &random), taken: taken.withLock { $0[cut.number] },
                "seed \(seed), cut \(cut.number)")
        }
    }

    /// Starts again on what the disk has kept and judges the whole.
    private func goOn(
        after files: [String: [UInt8]], taken: Set<String>, _ which: Comment
    ) throws {
        let shop = try Workshop(restoring: files)
        defer { shop.close() }
        let mailing = try shop.store.reader().mailing(named: "autumn")
        guard mailing?.state == .running else {
            // The end of the run was on the disk, or nothing had begun.
            #expect(mailing?.state == .finished || taken.isEmpty, which)
            return
        }
        let station = try shop.station { $0.window = 4 }
        #expect(shop.waitForLog("mailing autumn is finished"), which)
        station.stop()
        let counts = try shop.counts("autumn")
        let doubts = counts[.inDoubt] ?? 0
        #expect((counts[.sent] ?? 0) + doubts == Self.people, "\(which): \(counts)")
        #expect(doubts <= Self.places, which)
        #expect(taken.isDisjoint(with: shop.received.keys), "\(which): somebody got it twice")
        #expect(shop.received.values.allSatisfy { $0 == 1 }, which)
        let missing = Self.people - taken.count - shop.received.count
        #expect((0...doubts).contains(missing), "\(which): \(missing) missing, \(doubts) in doubt")
    }
}
