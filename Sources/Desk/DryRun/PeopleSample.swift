internal import Core

/// A fair and repeatable choice of so many people from however many are offered: those with the
/// smallest hashes of their ids (bottom-k sampling).
struct PeopleSample {
    private let size: Int
    private var kept: [(hash: UInt64, id: Int64)] = []
    /// Who hashes above this is out for good.
    private var threshold = UInt64.max

    init(size: Int) {
        self.size = size
        kept.reserveCapacity(2 * size)
    }

    /// True when the person may be in the sample; later ones may still drive her out.
    mutating func take(_ id: Int64) -> Bool {
        let hash = Self.hash(id)
        guard hash <= threshold else { return false }
        kept.append((hash, id))
        if kept.count >= 2 * size { shrink() }
        return true
    }

    private mutating func shrink() {
        kept.sort { $0.hash < $1.hash }
        kept.removeLast(kept.count - size)
        threshold = kept[size - 1].hash
    }

    /// The sample, by hash.
    var ids: [Int64] { kept.sorted { $0.hash < $1.hash }.prefix(size).map(\.id) }

    /// Maps no two ids to one hash.
    private static func hash(_ id: Int64) -> UInt64 { SplitMix64.mixed(UInt64(bitPattern: id)) }
}
