import Core

/// A stable pseudo-random part of all profiles: `sample(10%, "seed")`.
///
/// Which profiles belong to it depends on seed and profile id alone, so a part is the same for
/// ever and parts of different seeds are independent. The hash is a quadratic polynomial over the
/// integers modulo P = 2^31 − 1, ((a·m + b)·m + c) mod P with m = id mod P: three-wise independent,
/// and plain integer arithmetic that a database does alike. a, b and c are the remainders modulo P
/// (a never 0) of three steps of SplitMix64 from the seed's FNV-1a 64 hash.
package struct Sample: Hashable, Sendable {
    package static let modulus: Int64 = 0x7FFF_FFFF

    package let seed: String
    /// 0 to 1.
    package let fraction: Double
    package let a: Int64
    package let b: Int64
    package let c: Int64
    /// Profiles whose hash is below it belong.
    package let threshold: Int64

    package init(fraction: Double, seed: String) {
        self.seed = seed
        self.fraction = min(max(fraction, 0), 1)
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in seed.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var random = SplitMix64(seed: hash)
        let modulus = UInt64(Self.modulus)
        a = Int64(random.next() % (modulus - 1)) + 1
        b = Int64(random.next() % modulus)
        c = Int64(random.next() % modulus)
        threshold = Int64((self.fraction * Double(Self.modulus)).rounded())
    }

    package func contains(_ profile: Int64) -> Bool {
        let m = Int64(profile.magnitude % UInt64(Self.modulus))
        return ((a * m + b) % Self.modulus * m + c) % Self.modulus < threshold
    }
}
