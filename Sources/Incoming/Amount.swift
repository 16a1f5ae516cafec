/// An amount of money in ten-thousandths of a currency's unit, so that sums are exact.
package struct Amount: Hashable, Comparable, Sendable {
    /// The largest amount either way, in units.
    package static let limit = 1e11
    private static let scale = 10_000.0

    package var tenThousandths: Int64

    package init(tenThousandths: Int64) { self.tenThousandths = tenThousandths }

    /// Rounds to a ten-thousandth; nil beyond the limit.
    package init?(_ number: Double) {
        guard number.magnitude <= Self.limit else { return nil }
        tenThousandths = Int64((number * Self.scale).rounded())
    }

    package static let zero = Amount(tenThousandths: 0)

    package var number: Double { Double(tenThousandths) / Self.scale }

    package static func < (a: Self, b: Self) -> Bool { a.tenThousandths < b.tenThousandths }

    /// So many of it; nil beyond the limit.
    package func times(_ quantity: Double) -> Amount? { Amount(number * quantity) }
}
