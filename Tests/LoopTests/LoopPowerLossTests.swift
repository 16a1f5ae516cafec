import Core
import PowerLoss
import Store
import Testing
import Threads

@testable import Loop

/// The power goes while the loop commits batches that become durable with a later one.
@Suite struct LoopPowerLossTests {
    private static let rules = """
        [topic news]
        [field clicks.travel]
        type = number
        [trigger offer]
        when = clicks.travel reaches 3
        send = offer
        """

    /// Small ones, so that a power cut finds every kind of place.
    private static var options: LoopOptions {
        var options = LoopOptions()
        options.batch = 7
        options.reading = 50
        return options
    }

    /// What was there when the power went.
    private struct Moment {
        var journal: [String: [UInt8]]
        var hits: Int
    }

    @Test(
        "whatever a power cut takes, each hit counts once after the next start",
        arguments: 1...3 as ClosedRange<UInt64>)
    func cuts(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let world = try LoopWorld(rules: Self.rules, segmentBytes: 2048)
        let people = try (0..<12).map { try world.addPerson("p\($0)@example.org") }
        let offer = try world.activate("offer", topic: "news")
        let deliveries = try world.mail("autumn")
        world.close()
        let disk = FaultyDisk(world.directory)
        defer { disk.remove() }
        try world.open()
        let appended = Monitor(0)
        let moments = Monitor<[Moment]>([])
        let cuts = (0..<30).map { _ in Int.random(in: 0..<80, using: &random) }
        disk.cutPower(before: Set(cuts)) { _ in
            let moment = Moment(journal: world.journalFiles(), hits: appended.withLock { $0 })
            moments.update { $0.append(moment) }
        }

        let station = world.station(Self.options)
        var clicked: [Int64] = []
        for _ in 1...6 {
            for _ in 1...80 {
                clicked.append(people.randomElement(using: &random)!)
                try world.hit(deliveries[clicked.last!]!, link: 5)
                world.pass(.minutes(1))
            }
            appended.update { $0 = clicked.count }
            while try station.round() > 0 {}
        }
        try expect(clicked, of: people, in: world, offering: offer, "seed \(seed), no cut")

        #expect(disk.cuts.count > 15, "only \(disk.operations) operations")
        var redone = 0
        for cut in disk.cuts {
            let moment = moments.withLock { $0[cut.number] }
            let after = try LoopWorld(
                rules: Self.rules,
                restoring: cut.files(using: &random).merging(moment.journal) { $1 },
                segmentBytes: 2048)
            after.pass(world.time - after.time)
            let next = after.station(Self.options)
            while try next.round() > 0 {}
            redone += next.status.applied
            try expect(
                Array(clicked.prefix(moment.hits)), of: people, in: after, offering: offer,
                "seed \(seed), cut \(cut.number)")
        }
        #expect(redone > 0, "no cut took anything")
    }

    private func expect(
        _ clicked: [Int64], of people: [Int64], in world: LoopWorld, offering offer: Int64,
        _ which: Comment
    ) throws {
        for person in people {
            let clicks = clicked.count { $0 == person }
            #expect(try world.events(person).count { $0.kind == .click } == clicks, which)
            #expect(try world.number("clicks.travel", of: person) ?? 0 == Double(clicks), which)
            let offers = try world.store.reader().deliveries(profile: person)
                .count { $0.mailing == offer }
            #expect(offers == (clicks >= 3 ? 1 : 0), which)
        }
    }
}
