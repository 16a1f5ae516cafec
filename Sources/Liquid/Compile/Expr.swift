/// A term ready to be evaluated.
indirect enum Expr: Sendable {
    case constant(Value)
    case variable(Int)
    case path(Int, [Lookup])
    /// By its number in `Program.dataPaths`.
    case data(Int)
    case computed(Expr, [Lookup])
    case field(Int, [Lookup])
    /// With what stands for a value that is missing or empty.
    case fallback(Expr, Value)
    case range(Expr, Expr)

    enum Lookup: Sendable {
        case name(MemberName, Command?)
        case key(Expr)
    }

    enum Command: String, Sendable {
        case size, first, last
    }

    func evaluate(_ m: inout Machine) throws(Stop) -> Value {
        switch self {
        case .constant(let value): return value
        case .variable(let symbol): return m.value(of: symbol)
        case .path(let symbol, let lookups):
            return try Self.walk(m.value(of: symbol), lookups, &m)
        case .data(let number): return try m.value(ofPath: number)
        case .fallback(let expr, let other):
            return try expr.evaluate(&m).or(other, allowsFalse: false)
        case .field(let number, let lookups):
            let value = m.input.value(ofField: number)
            return lookups.isEmpty ? value : try Self.walk(value, lookups, &m)
        case .computed(let name, let lookups):
            return try Self.walk(m.value(named: name.evaluate(&m)), lookups, &m)
        case .range(let first, let last):
            return .range(
                try Self.bound(first.evaluate(&m)), try Self.bound(last.evaluate(&m)))
        }
    }

    /// The field whose text, where it has one, is the value.
    var plainField: Int? {
        switch self {
        case .field(let number, let lookups): lookups.isEmpty ? number : nil
        case .fallback(let expr, _): expr.plainField
        default: nil
        }
    }

    static func walk(
        _ root: Value, _ lookups: [Lookup], _ m: inout Machine
    ) throws(Stop) -> Value {
        var value = root
        for lookup in lookups {
            switch lookup {
            case .name(let name, let command):
                if let member = value.member(name) {
                    value = member
                } else if let command {
                    switch command {
                    case .size: value = value.hasSize ? .int(value.size) : .null
                    case .first: value = value.first
                    case .last: value = value.last
                    }
                } else {
                    return .null
                }
            case .key(let key): value = value.subscripted(try key.evaluate(&m))
            }
        }
        return value
    }

    private static func bound(_ value: Value) throws(Stop) -> Int {
        switch value {
        case .int(let n): return n
        case .null: return 0
        case .string(let text): return Numbers.leadingInteger(text)
        default: throw .fault("a range goes from one whole number to another")
        }
    }
}

extension Value {
    var hasSize: Bool {
        switch self {
        case .string, .array, .hash, .range, .int: true
        default: false
        }
    }
}
