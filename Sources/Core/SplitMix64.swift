/// A small random generator that gives the same numbers for the same seed, on every machine: for
/// samples, made-up data and tests, never for secrets (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        defer { state &+= Self.step }
        return Self.mixed(state)
    }

    /// The first number after `seed`; no two seeds have the same.
    package static func mixed(_ seed: UInt64) -> UInt64 {
        var z = seed &+ step
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
}
