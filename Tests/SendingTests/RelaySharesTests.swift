import Testing

@testable import Sending

@Suite struct RelaySharesTests {
    @Test(
        "relays that are always hungry get mail by their weights",
        arguments: [[1, 1], [3, 1], [1, 1000], [5, 3, 2]])
    func weights(_ weights: [Int]) {
        var shares = RelayShares(weights: weights)
        var taken = weights.map { _ in 0 }
        // Each round the first relay is asked first, for as much as it wants.
        for _ in 0..<400 {
            for relay in weights.indices {
                for _ in 0..<100 where shares.mayTake(relay, while: weights.indices) {
                    shares.took(relay)
                    taken[relay] += 1
                }
            }
        }
        let total = Double(taken.reduce(0, +))
        for (relay, weight) in weights.enumerated() {
            let wanted = total * Double(weight) / Double(weights.reduce(0, +))
            #expect(abs(Double(taken[relay]) - wanted) <= max(2 * RelayShares.lead, wanted * 0.05))
        }
    }

    @Test("a relay waits for no other that cannot take mail, and that one catches up on nothing")
    func alone() {
        var shares = RelayShares(weights: [1, 1])
        for _ in 0..<100_000 {
            #expect(shares.mayTake(0, while: [0]))
            shares.took(0)
        }
        // The other comes back: it gets what the lead allows, not all that it missed.
        var inARow = 0
        while !shares.mayTake(0, while: [0, 1]), inARow < 100_000 {
            shares.took(1)
            inARow += 1
        }
        #expect(inARow <= 2 * Int(RelayShares.lead))
    }
}
