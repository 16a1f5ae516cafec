/// SplitMix64: the same numbers for the same seed, on every machine.
struct FuzzRandom {
    private var state: UInt64

    /// The numbers of one run: they depend on the seed and the run's number alone, so that a run
    /// can be repeated by itself.
    init(seed: UInt64, run: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 ^ run &* 0xD1B5_4A32_D192_ED03
        _ = next()
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// 0 up to, not including, `bound`, which is above 0.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
}
