/// Makes inputs: a seed of the corpus, changed at a few places with bytes, with pieces of the
/// target's language, or with parts of other seeds.
struct Mutator {
    /// Never empty.
    let seeds: [[UInt8]]
    let pieces: [[UInt8]]
    let maximumBytes: Int

    init(seeds: [[UInt8]], pieces: [String], maximumBytes: Int) {
        self.seeds = seeds.isEmpty ? [[]] : seeds
        self.pieces = pieces.map { Array($0.utf8) }
        self.maximumBytes = maximumBytes
    }

    func input(seed: UInt64, run: UInt64) -> [UInt8] {
        var random = FuzzRandom(seed: seed, run: run)
        var input = seeds[random.below(seeds.count)]
        for _ in 0...random.below(8) { change(&input, &random) }
        return Array(input.prefix(maximumBytes))
    }

    private func change(_ input: inout [UInt8], _ random: inout FuzzRandom) {
        let at = random.below(input.count + 1)
        let count = random.below(min(input.count - at, 64) + 1)
        switch random.below(8) {
        case 0 where at < input.count: input[at] = random.byte()
        case 1: input.insert(random.byte(), at: at)
        case 2: input.removeSubrange(at..<at + count)
        case 3:
            // Repetition finds what grows out of proportion.
            let part = Array(input[at..<at + count])
            for _ in 0..<random.below(20) where input.count < maximumBytes {
                input.insert(contentsOf: part, at: at)
            }
        case 4:
            let other = seeds[random.below(seeds.count)]
            let from = random.below(other.count + 1)
            let part = other[from..<min(other.count, from + 1 + random.below(200))]
            input.replaceSubrange(at..<at + count, with: part)
        case 5: input.removeSubrange(at...)
        default:
            guard !pieces.isEmpty else { return input.append(random.byte()) }
            let piece = pieces[random.below(pieces.count)]
            if random.below(2) == 0 {
                input.insert(contentsOf: piece, at: at)
            } else {
                input.replaceSubrange(at..<at + count, with: piece)
            }
        }
    }
}
