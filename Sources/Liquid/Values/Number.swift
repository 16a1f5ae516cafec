/// What arithmetic filters work on: whole numbers, decimals, and doubles where digits run out.
enum Number {
    case int(Int)
    case decimal(Decimal)
    case double(Double)

    /// Any value has a number: text its leading digits, everything else 0.
    init(_ value: Value) {
        switch value {
        case .int(let n): self = .int(n)
        case .double(let n): self = Decimal(n).map(Number.decimal) ?? .double(n)
        case .string(let text):
            if let decimal = Numbers.decimal(text) {
                self = .decimal(decimal)
            } else {
                self = .int(Numbers.leadingInteger(text))
            }
        default: self = .int(0)
        }
    }

    var double: Double {
        switch self {
        case .int(let n): Double(n)
        case .decimal(let n): n.double
        case .double(let n): n
        }
    }

    var decimal: Decimal? {
        switch self {
        case .int(let n): Decimal(n)
        case .decimal(let n): n
        case .double: nil
        }
    }

    var value: Value {
        switch self {
        case .int(let n): .int(n)
        case .decimal(let n): .double(n.double)
        case .double(let n): .double(n)
        }
    }

    var isZero: Bool {
        switch self {
        case .int(let n): n == 0
        case .decimal(let n): n.mantissa == 0
        case .double(let n): n == 0
        }
    }

    private static func combine(
        _ a: Number, _ b: Number,
        whole: (Int, Int) -> (partialValue: Int, overflow: Bool),
        decimals: (Decimal, Decimal) -> Value?, doubles: (Double, Double) -> Double
    ) -> Value {
        if case .int(let x) = a, case .int(let y) = b {
            let (result, overflow) = whole(x, y)
            if !overflow { return .int(result) }
        } else if let x = a.decimal, let y = b.decimal, let result = decimals(x, y) {
            return result
        }
        return .double(doubles(a.double, b.double))
    }

    static func sum(_ a: Number, _ b: Number) -> Value {
        combine(
            a, b, whole: { $0.addingReportingOverflow($1) },
            decimals: { ($0 + $1).map { .double($0.double) } }, doubles: { $0 + $1 })
    }

    static func difference(_ a: Number, _ b: Number) -> Value {
        combine(
            a, b, whole: { $0.subtractingReportingOverflow($1) },
            decimals: { ($0 - $1).map { .double($0.double) } }, doubles: { $0 - $1 })
    }

    static func product(_ a: Number, _ b: Number) -> Value {
        combine(
            a, b, whole: { $0.multipliedReportingOverflow(by: $1) },
            decimals: { Decimal.product($0, $1).map(Value.double) }, doubles: { $0 * $1 })
    }

    /// Whole numbers divide to the floor; the divisor is not zero.
    static func quotient(_ a: Number, _ b: Number) -> Value {
        combine(
            a, b,
            whole: {
                let (quotient, overflow) = $0.dividedReportingOverflow(by: $1)
                let isBelow = !overflow && $0 % $1 != 0 && ($0 < 0) != ($1 < 0)
                return (isBelow ? quotient - 1 : quotient, overflow)
            },
            decimals: { Decimal.quotient($0, $1).map(Value.double) }, doubles: { $0 / $1 })
    }

    /// The remainder with the divisor's sign; the divisor is not zero.
    static func modulo(_ a: Number, _ b: Number) -> Value {
        combine(
            a, b,
            whole: {
                if $1 == -1 { return (0, false) }
                let rest = $0 % $1
                return (rest != 0 && (rest < 0) != ($1 < 0) ? rest + $1 : rest, false)
            },
            decimals: { Decimal.modulo($0, $1).map { .double($0.double) } },
            doubles: {
                let rest = $0.truncatingRemainder(dividingBy: $1)
                return rest != 0 && (rest < 0) != ($1 < 0) ? rest + $1 : rest
            })
    }

    static func isLess(_ a: Number, _ b: Number) -> Bool {
        if case .int(let x) = a, case .int(let y) = b { return x < y }
        if let x = a.decimal, let y = b.decimal { return x < y }
        return a.double < b.double
    }
}
