extension Value {
    var isTruthy: Bool {
        switch self {
        case .null, .bool(false): false
        default: true
        }
    }

    var isNull: Bool { if case .null = self { true } else { false } }

    /// `== empty`: a text, array or hash without content.
    var isEmpty: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .hash(let members): members.count == 0
        default: false
        }
    }

    /// `== blank`: also null, false, and text of blanks only.
    package var isBlank: Bool {
        switch self {
        case .null, .bool(false): true
        case .string(let text): text.allSatisfy(\.isSpace)
        default: isEmpty
        }
    }

    func equals(_ other: Value) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.double(let a), .double(let b)): a == b
        case (.int(let a), .double(let b)), (.double(let b), .int(let a)): Double(a) == b
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.equals($1) }
        case (.hash(let a), .hash(let b)):
            a.count == b.count
                && zip(a.names, a.values).allSatisfy { b[$0]?.equals($1) ?? false }
        case (.range(let a, let b), .range(let c, let d)): a == c && b == d
        case (.date(let a), .date(let b)): a == b
        case (.loop(let a), .loop(let b)): a === b
        default: false
        }
    }

    /// -1, 0 or 1; nil when the two have no order.
    func order(_ other: Value) -> Int? {
        switch (self, other) {
        case (.int(let a), .int(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.int, .double), (.double, .int), (.double, .double):
            guard let a = number, let b = other.number, a == a, b == b else { return nil }
            return a < b ? -1 : a > b ? 1 : 0
        case (.string(let a), .string(let b)):
            return a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
        case (.date(let a), .date(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.array(let a), .array(let b)):
            for (x, y) in zip(a, b) {
                guard let order = x.order(y) else { return nil }
                if order != 0 { return order }
            }
            return a.count < b.count ? -1 : a.count > b.count ? 1 : 0
        default: return equals(other) ? 0 : nil
        }
    }

    var number: Double? {
        switch self {
        case .int(let n): Double(n)
        case .double(let n): n
        default: nil
        }
    }

    /// Whether `<` and its kin mean something for this value.
    var isOrdered: Bool {
        switch self {
        case .int, .double, .string, .date: true
        default: false
        }
    }

    /// What error messages call the value's kind.
    var kind: String {
        switch self {
        case .null: "nothing"
        case .bool: "a flag"
        case .int, .double: "a number"
        case .string: "text"
        case .array, .range: "a list"
        case .hash, .loop: "an object"
        case .date: "a date"
        }
    }

    func contains(_ other: Value) -> Bool {
        guard isTruthy, other.isTruthy else { return false }
        switch self {
        case .string(let text): return TextSearch.first(other.textBytes, in: text) != nil
        case .array(let items): return items.contains { $0.equals(other) }
        case .hash(let members):
            guard case .string(let name) = other else { return false }
            return members[name] != nil
        case .range(let first, let last):
            guard let number = other.number else { return false }
            return number >= Double(first) && number <= Double(last)
        default: return false
        }
    }
}
