/// The logarithm of a positive, finite, normal `x` to the base 2, to within 1e-14.
func binaryLogarithm(_ x: Double) -> Double {
    var exponent = Double(x.exponent)
    var significand = x.significand
    if significand > 1.414_213_562_373_095 {
        significand /= 2
        exponent += 1
    }
    // ln x = 2 artanh((x - 1) / (x + 1)); |z| <= 0.1716, so that z^21 is below 2^-53.
    let z = (significand - 1) / (significand + 1)
    var sum = 0.0
    for n in stride(from: 19.0, through: 1.0, by: -2.0) { sum = sum * z * z + 1 / n }
    return exponent + 2 * z * sum / 0.693_147_180_559_945_309_4
}

/// Two to the power of `x`, to within two units in the last place; 0 and infinity beyond range.
///
/// Written here because pure rooms import no C library, and so that every machine computes the
/// same bits: both evaluators of an expression rest on it.
func powerOfTwo(_ x: Double) -> Double {
    guard x > -1080 else { return 0 }
    guard x < 1024 else { return .infinity }
    let whole = x.rounded()
    let y = (x - whole) * 0.693_147_180_559_945_309_4
    // Taylor's series of e^y for |y| <= 0.3466: the first term left out is below 2^-60.
    var sum = 1.0
    for n in stride(from: 14.0, through: 1.0, by: -1.0) { sum = 1 + y / n * sum }
    return Double(sign: .plus, exponent: Int(whole), significand: sum)
}
