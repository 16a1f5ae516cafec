/// A decimal fraction: `mantissa / 10^scale`. Liquid computes with these, so that 10.1 - 2.2 is 7.9.
struct Decimal: Equatable {
    var mantissa: Int128
    /// 0 to 18.
    var scale: Int

    /// At most this many digits: two such numbers multiply without overflow.
    private static let maximumDigits = 18

    init(_ whole: Int) {
        mantissa = Int128(whole)
        scale = 0
    }

    private init(mantissa: Int128, scale: Int) {
        self.mantissa = mantissa
        self.scale = scale
    }

    /// `-12.34` or `-1.5e-05`; nil when it has too many digits.
    init?(digits: some Sequence<UInt8>) {
        var mantissa: Int128 = 0
        var scale = 0
        var count = 0
        var isNegative = false
        var seenPoint = false
        var exponent = 0
        var exponentSign = 0
        for byte in digits {
            switch byte {
            case "-" where exponentSign == 0: isNegative = true
            case "-": exponentSign = -1
            case "+": continue
            case ".": seenPoint = true
            case "e": exponentSign = 1
            default:
                let digit = Int(byte) - 0x30
                guard (0...9).contains(digit) else { return nil }
                if exponentSign != 0 {
                    exponent = exponent * 10 + digit
                    guard exponent < 400 else { return nil }
                } else {
                    mantissa = mantissa * 10 + Int128(digit)
                    if mantissa != 0 { count += 1 }
                    if seenPoint { scale += 1 }
                    guard count <= Self.maximumDigits else { return nil }
                }
            }
        }
        scale -= exponent * exponentSign
        while scale < 0 {
            mantissa *= 10
            scale += 1
            count += 1
            guard count <= Self.maximumDigits else { return nil }
        }
        guard scale <= Self.maximumDigits else { return nil }
        self.init(mantissa: isNegative ? -mantissa : mantissa, scale: scale)
    }

    /// The decimal that a double is written as.
    init?(_ number: Double) {
        guard number.isFinite else { return nil }
        self.init(digits: number.description.utf8)
    }

    var double: Double {
        if mantissa.magnitude < 1 << 53, scale <= 18 {
            return Double(Int64(truncatingIfNeeded: mantissa)) / Self.doublePowers[scale]
        }
        return Double("\(mantissa)e-\(scale)") ?? 0
    }

    private static let doublePowers = (0...18).map { Double("1e\($0)") ?? 1 }

    private static func power(_ exponent: Int) -> Int128 {
        var power: Int128 = 1
        for _ in 0..<max(0, exponent) { power *= 10 }
        return power
    }

    /// Both mantissas at the larger scale; nil when that could overflow.
    private static func aligned(_ a: Self, _ b: Self) -> (Int128, Int128, Int)? {
        let scale = max(a.scale, b.scale)
        let (x, over) = a.mantissa.multipliedReportingOverflow(by: power(scale - a.scale))
        let (y, too) = b.mantissa.multipliedReportingOverflow(by: power(scale - b.scale))
        return over || too ? nil : (x, y, scale)
    }

    static func + (a: Self, b: Self) -> Self? {
        guard let (x, y, scale) = aligned(a, b) else { return nil }
        let (sum, overflow) = x.addingReportingOverflow(y)
        return overflow ? nil : Self(mantissa: sum, scale: scale)
    }

    static func - (a: Self, b: Self) -> Self? {
        a + Self(mantissa: -b.mantissa, scale: b.scale)
    }

    /// The product as a double: only the last step of a chain is rounded.
    static func product(_ a: Self, _ b: Self) -> Double? {
        let (product, overflow) = a.mantissa.multipliedReportingOverflow(by: b.mantissa)
        guard !overflow else { return nil }
        // A product of nothing keeps its sign, as in the original.
        if product == 0 { return a.mantissa < 0 || b.mantissa < 0 ? -0.0 : 0 }
        return Double("\(product)e-\(a.scale + b.scale)")
    }

    /// The quotient to at least 19 digits; the divisor is not zero.
    static func quotient(_ a: Self, _ b: Self) -> Double? {
        let (numerator, overflow) = a.mantissa.multipliedReportingOverflow(by: power(19))
        guard !overflow, b.mantissa != 0 else { return nil }
        return Double("\(numerator / b.mantissa)e-\(19 + a.scale - b.scale)")
    }

    /// The remainder with the divisor's sign; the divisor is not zero.
    static func modulo(_ a: Self, _ b: Self) -> Self? {
        guard let (x, y, scale) = aligned(a, b), y != 0 else { return nil }
        let rest = x % y
        let isWrong = rest != 0 && (rest < 0) != (y < 0)
        return Self(mantissa: isWrong ? rest + y : rest, scale: scale)
    }

    static func < (a: Self, b: Self) -> Bool {
        guard let (x, y, _) = aligned(a, b) else { return a.double < b.double }
        return x < y
    }

    /// Rounded half away from zero to a number of digits behind the point (negative: before it).
    func rounded(to digits: Int) -> Self {
        guard digits < scale else { return self }
        guard scale - digits <= 37 else { return Self(mantissa: 0, scale: 0) }
        let unit = Self.power(scale - digits)
        let (quotient, rest) = mantissa.quotientAndRemainder(dividingBy: unit)
        let away: Int128 = rest.magnitude * 2 >= unit.magnitude ? mantissa.signum() : 0
        let kept = quotient + away
        guard digits < 0 else { return Self(mantissa: kept, scale: digits) }
        let (whole, overflow) = kept.multipliedReportingOverflow(by: Self.power(-digits))
        return Self(mantissa: overflow ? 0 : whole, scale: 0)
    }

    /// The largest whole number not above; saturates at 64 bits.
    var floor: Int {
        let unit = Self.power(scale)
        let (quotient, rest) = mantissa.quotientAndRemainder(dividingBy: unit)
        return Int(clamping: rest < 0 ? quotient - 1 : quotient)
    }

    var ceiling: Int { -Self(mantissa: -mantissa, scale: scale).floor }
}
