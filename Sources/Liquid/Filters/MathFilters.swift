/// Arithmetic, in whole numbers and decimals.
enum MathFilters {
    static let all: [Filter] = [
        Filter("abs") { input, _, _ in
            switch Number(input) {
            case .int(let n): .int(n == .min ? .max : abs(n))
            case let number: .double(abs(number.double))
            }
        },
        Filter("plus", 1...1) { input, arguments, _ in
            Number.sum(Number(input), Number(arguments.first))
        },
        Filter("minus", 1...1) { input, arguments, _ in
            Number.difference(Number(input), Number(arguments.first))
        },
        Filter("times", 1...1) { input, arguments, _ in
            Number.product(Number(input), Number(arguments.first))
        },
        Filter("divided_by", 1...1) { input, arguments, _ throws(Stop) in
            let divisor = Number(arguments.first)
            guard !divisor.isZero else { throw .fault("divided by 0") }
            return Number.quotient(Number(input), divisor)
        },
        Filter("modulo", 1...1) { input, arguments, _ throws(Stop) in
            let divisor = Number(arguments.first)
            guard !divisor.isZero else { throw .fault("divided by 0") }
            return Number.modulo(Number(input), divisor)
        },
        Filter("round", 0...1) { input, arguments, _ in
            round(Number(input), arguments.first)
        },
        Filter("ceil") { input, _, _ in
            switch Number(input) {
            case .int(let n): .int(n)
            case .decimal(let n): .int(n.ceiling)
            case .double(let n): whole(n.rounded(.up))
            }
        },
        Filter("floor") { input, _, _ in
            switch Number(input) {
            case .int(let n): .int(n)
            case .decimal(let n): .int(n.floor)
            case .double(let n): whole(n.rounded(.down))
            }
        },
        Filter("at_least", 1...1) { input, arguments, _ in
            let value = Number(input)
            let least = Number(arguments.first)
            return (Number.isLess(value, least) ? least : value).value
        },
        Filter("at_most", 1...1) { input, arguments, _ in
            let value = Number(input)
            let most = Number(arguments.first)
            return (Number.isLess(most, value) ? most : value).value
        },
    ]

    private static func whole(_ number: Double) -> Value {
        Int(exactly: number).map(Value.int) ?? .double(number)
    }

    private static func round(_ number: Number, _ digits: Value) -> Value {
        let places: Int
        switch Number(digits) {
        case .int(let n): places = max(-40, min(40, n))
        case let other:
            places = max(-40, min(40, Int(exactly: other.double.rounded(.towardZero)) ?? 0))
        }
        switch number {
        case .int(let n) where places >= 0: return .int(n)
        case .int(let n): return .int(Decimal(n).rounded(to: places).floor)
        case .decimal(let n):
            let rounded = n.rounded(to: places)
            return places <= 0 ? .int(rounded.floor) : .double(rounded.double)
        case .double(let n): return places == 0 ? whole(n.rounded()) : .double(n)
        }
    }
}
