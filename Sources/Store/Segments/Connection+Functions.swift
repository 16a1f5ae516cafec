internal import Core
internal import Expression

extension Connection {
    /// The functions that compiled conditions call where SQL has none, or one that answers
    /// otherwise than `Evaluator`: they run the evaluator's own code. NULL in, NULL out.
    func defineExpressionFunctions() {
        define(function: "maild_lower", arguments: 1) { values in
            guard case .text(let text) = values[0] else { return .null }
            return .text(text.simpleLowercased)
        }
        define(function: "maild_remainder", arguments: 2) { values in
            guard let a = values[0].number, let b = values[1].number, b != 0 else { return .null }
            return .real(a.truncatingRemainder(dividingBy: b))
        }
        define(function: "maild_scaled", arguments: 2) { values in
            guard let a = values[0].number, let b = values[1].number else { return .null }
            return TimeSpan.scaled(milliseconds: a * b).map { .integer($0.milliseconds) } ?? .null
        }
    }
}

extension SQLValue {
    fileprivate var number: Double? {
        switch self {
        case .integer(let n): Double(n)
        case .real(let n): n
        default: nil
        }
    }
}
