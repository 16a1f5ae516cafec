internal import Core

/// The same numbers for the same seed, on every machine.
struct FuzzRandom {
    private var random: SplitMix64

    /// The numbers of one run: they depend on the seed and the run's number alone, so that a run
    /// can be repeated by itself.
    init(seed: UInt64, run: UInt64) {
        random = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ run &* 0xD1B5_4A32_D192_ED03)
        _ = random.next()
    }

    /// 0 up to, not including, `bound`, which is above 0.
    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: random.next()) }
}
