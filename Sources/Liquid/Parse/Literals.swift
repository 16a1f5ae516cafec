internal import Diagnostics

/// The literals that strict and lenient parsing share.
enum Literals {
    static func word(_ word: some StringProtocol) -> Term? {
        switch word {
        case "nil", "null": .literal(.null)
        case "true": .literal(.bool(true))
        case "false": .literal(.bool(false))
        case "blank": .blank
        case "empty": .empty
        default: nil
        }
    }

    /// `-?\d+` or `-?\d+\.\d+`; a whole number beyond 64 bits becomes a double.
    static func number(_ bytes: ArraySlice<UInt8>) -> Value {
        let text = String(decoding: bytes, as: UTF8.self)
        if let whole = Int(text) { return .int(whole) }
        return .double(Double(text) ?? 0)
    }

    /// A range of two literals is settled at once: there a fraction is cut and a word refused.
    static func range(_ first: Term, _ last: Term, at place: Place) throws(Finding) -> Term {
        guard first.isConstant, last.isConstant else { return .range(first, last) }
        guard let low = bound(first), let high = bound(last) else {
            throw place.finding("syntax", "a range goes from one number to another")
        }
        return .range(.literal(.int(low)), .literal(.int(high)))
    }

    private static func bound(_ term: Term) -> Int? {
        switch term {
        case .literal(.int(let n)): n
        case .literal(.double(let n)): Int(exactly: n.rounded(.towardZero))
        case .literal(.string(let text)): Numbers.leadingInteger(text)
        case .literal(.null), .blank, .empty: 0
        default: nil
        }
    }
}

extension Term {
    var isConstant: Bool {
        switch self {
        case .literal, .blank, .empty: true
        case .path, .range: false
        }
    }
}
