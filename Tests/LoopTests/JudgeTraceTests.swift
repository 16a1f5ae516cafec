import Testing

@testable import Loop

/// The bar of the contract on made-up traces of many kinds: machines' hits kept out, people's
/// clicks withheld, deliveries left with a wrong fact.
@Suite struct JudgeTraceTests {
    static let worlds: [TraceWorld] = [
        TraceWorld(name: "scanners of few addresses"),
        TraceWorld(name: "a scanner in each company", addresses: .perDomain),
        TraceWorld(name: "scanners of many addresses in few networks", addresses: .network),
        TraceWorld(name: "whole companies behind one address", people: .companyAddress),
        TraceWorld(name: "requests that all look alike", fields: .alike),
        TraceWorld(name: "nothing but a user agent", fields: .agentOnly),
        TraceWorld(name: "people of few addresses", people: .fewAddresses, fields: .alike),
        TraceWorld(name: "mails of three links", links: 3, fields: .alike),
        TraceWorld(
            name: "some domains' scanners only ever fetch one link", fields: .alike,
            singlesByDomain: true),
        TraceWorld(
            name: "scanned anywhere", fields: .alike, scannedDomains: 0, scannedAnywhere: 0.3),
        TraceWorld(name: "all sent at once", fields: .alike, sendingSeconds: 1),
        TraceWorld(name: "few deliveries", deliveries: 400, fields: .alike),
        TraceWorld(name: "slow scans", fields: .alike, burstSeconds: 2.5),
        TraceWorld(name: "impatient people", fields: .alike, doubleClicks: 0.3),
        TraceWorld(name: "no shared address, telling fields", addresses: .random),
        TraceWorld(
            name: "click-time protection everywhere", fields: .alike, scannedDomains: 0.2,
            clickTime: 1),
    ]

    @Test("machines are kept out, people are not", arguments: worlds, [UInt64(6)])
    func bar(world: TraceWorld, seed: UInt64) {
        let score = TraceScore(world.requests(seed: seed))
        #expect(score.keptOutShare >= 0.95, "\(world), seed \(seed): \(score)")
        #expect(score.withheldShare <= 0.02, "\(world), seed \(seed): \(score)")
        // Where little was seen yet, a few wrong facts are a large share.
        let bar = world.deliveries < 1000 ? 0.1 : 0.05
        #expect(score.wrongShare <= bar, "\(world), seed \(seed): \(score)")
    }

    /// What cannot be told apart: scanners that fetch one link with a person's fields, each from
    /// an address nobody else uses, or nobody's address known.
    @Test("where nothing tells them apart, people are not withheld for it")
    func limits() {
        let alike = TraceWorld(name: "no shared address", addresses: .random, fields: .alike)
        let score = TraceScore(alike.requests(seed: 6))
        #expect(score.keptOutShare >= 0.95 && score.withheldShare <= 0.02, "\(score)")
        #expect(score.wrongShare <= 0.2, "\(score)")
        let bare = TraceWorld(name: "no address known", addresses: .none)
        let blind = TraceScore(bare.requests(seed: 6))
        #expect(blind.keptOutShare >= 0.95 && blind.withheldShare <= 0.06, "\(blind)")
        #expect(blind.wrongShare <= 0.05, "\(blind)")
    }
}
