/// Shares mail out among relays by their weights (stride scheduling, Waldspurger 1995): who has taken
/// the least for its weight goes first.
///
/// Only relays that could take a message at this moment count, so one that rests or is slow holds
/// up nobody, and what it missed it does not catch up on.
struct RelayShares: Sendable {
    /// How many messages the relay of the least weight may be ahead of its share; the others so many
    /// times more.
    static let lead = 64.0

    private let strides: [Double]
    private var passes: [Double]
    /// The same as a difference of passes.
    private let slack: Double

    /// Weights of at least 1, in the order of the relays.
    init(weights: [Int]) {
        strides = weights.map { 1 / Double(max(1, $0)) }
        passes = weights.map { _ in 0 }
        slack = Self.lead * (strides.max() ?? 1)
    }

    /// Whether a relay may take a message while those of `hungry` could take it too.
    func mayTake(_ relay: Int, while hungry: some Sequence<Int>) -> Bool {
        let least = hungry.lazy.filter { $0 != relay }.map { passes[$0] }.min()
        guard let least else { return true }
        return passes[relay] - least <= slack
    }

    mutating func took(_ relay: Int) {
        passes[relay] += strides[relay]
        // Below what makes others wait, or nobody ever would.
        let floor = passes[relay] - 2 * slack
        for other in passes.indices where passes[other] < floor { passes[other] = floor }
    }
}
