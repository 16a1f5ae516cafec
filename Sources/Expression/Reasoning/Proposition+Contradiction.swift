extension Proposition {
    /// What is known of the values that a subject can have at all.
    package struct Domains: Sendable {
        /// The declared values of a choice; nil where anything is possible.
        package var values: @Sendable (String) -> [String]?
        /// Whether a profile can lack a value of this field.
        package var canBeMissing: @Sendable (String) -> Bool

        package init(
            values: @escaping @Sendable (String) -> [String]?,
            canBeMissing: @escaping @Sendable (String) -> Bool
        ) {
            self.values = values
            self.canBeMissing = canBeMissing
        }
    }

    /// More cases than this are not gone through: then nothing is claimed.
    private static let caseLimit = 256
    private static let literalLimit = 64

    /// How much reasoning a whole file is worth, in demands looked at.
    package static let stepLimit = 2_000_000

    /// Whether nobody can ever match all of these, for reasons in the conditions themselves.
    /// False also when that cannot be told, or when no `steps` are left.
    package static func contradict(
        _ propositions: [Proposition], in domains: Domains, steps: inout Int
    ) -> Bool {
        var cases: [[Literal]] = [[]]
        for proposition in propositions {
            guard let more = proposition.cases(holds: true, &steps),
                let joined = Self.product(cases, more, &steps)
            else { return false }
            cases = joined.filter { !Possibilities.exclude($0, domains) }
            if cases.isEmpty { return true }
        }
        return cases.isEmpty
    }

    /// A test that is demanded to come out this way.
    struct Literal {
        var test: Test
        var holds: Bool
    }

    /// The ways in which the condition can come out as `holds`, each a list of demands; nil when
    /// there are too many.
    private func cases(holds: Bool, _ steps: inout Int) -> [[Literal]]? {
        switch self {
        case .always(let value): return value == holds ? [[]] : []
        case .test(let test): return [[Literal(test: test, holds: holds)]]
        case .not(let inner, _): return inner.cases(holds: !holds, &steps)
        case .all(let parts) where holds, .any(let parts) where !holds:
            var joined: [[Literal]] = [[]]
            for part in parts {
                guard let more = part.cases(holds: holds, &steps),
                    let next = Self.product(joined, more, &steps)
                else { return nil }
                joined = next
            }
            return joined
        case .all(let parts), .any(let parts):
            var union: [[Literal]] = []
            for part in parts {
                guard let more = part.cases(holds: holds, &steps) else { return nil }
                union += more
                steps -= more.count
                guard union.count <= Self.caseLimit else { return nil }
            }
            return union
        }
    }

    private static func product(
        _ a: [[Literal]], _ b: [[Literal]], _ steps: inout Int
    ) -> [[Literal]]? {
        guard a.count * b.count <= caseLimit, steps > 0 else { return nil }
        var product: [[Literal]] = []
        for left in a {
            for right in b {
                guard left.count + right.count <= literalLimit else { return nil }
                product.append(left + right)
                steps -= 1 + left.count + right.count
            }
        }
        return product
    }
}

/// What values remain for one subject.
private struct Possibilities {
    private var canBeMissing: Bool
    private var canBePresent = true
    private var allowed: Set<Proposition.Scalar>?
    private var excluded: Set<Proposition.Scalar> = []
    private var low = -Double.infinity
    private var high = Double.infinity
    private var includesLow = true
    private var includesHigh = true

    /// Whether the demands leave some subject no value at all.
    static func exclude(
        _ literals: [Proposition.Literal], _ domains: Proposition.Domains
    ) -> Bool {
        var subjects: [String: Possibilities] = [:]
        for literal in literals {
            let test = literal.test
            let missing = test.fields.contains(where: domains.canBeMissing)
            var own =
                subjects[test.subject]
                ?? Possibilities(
                    canBeMissing: missing,
                    allowed: domains.values(test.subject).map { Set($0.map { .text($0) }) })
            own.demand(test.demand, holds: literal.holds)
            subjects[test.subject] = own
            guard literal.holds, test.demand != .blank else { continue }
            for field in test.fields where field != test.subject {
                var other =
                    subjects[field]
                    ?? Possibilities(
                        canBeMissing: true,
                        allowed: domains.values(field).map { Set($0.map { .text($0) }) })
                other.canBeMissing = false
                subjects[field] = other
            }
        }
        return subjects.values.contains { $0.isEmpty }
    }

    private init(canBeMissing: Bool, allowed: Set<Proposition.Scalar>?) {
        self.canBeMissing = canBeMissing
        self.allowed = allowed
    }

    /// A demand that holds rules missing out; one that does not hold may be so because of it.
    private mutating func demand(_ demand: Proposition.Demand, holds: Bool) {
        switch (demand, holds) {
        case (.blank, true), (.present, false): canBePresent = false
        case (.blank, false), (.present, true): canBeMissing = false
        case (.among(let values), true), (.outside(let values), false): allow(values)
        case (.outside(let values), true), (.among(let values), false):
            excluded.formUnion(values)
            // A flag has but two values.
            for case .flag in values { allow([.flag(true), .flag(false)]) }
        case (.compares(let comparison, let bound), _):
            narrow(holds ? comparison : comparison.opposite, bound)
        case (.opaque, _): allow([.flag(holds)])
        }
        let asksForBlank = demand == .blank || demand == .present
        if holds, !asksForBlank { canBeMissing = false }
    }

    private mutating func allow(_ values: Set<Proposition.Scalar>) {
        allowed = allowed.map { $0.intersection(values) } ?? values
    }

    private mutating func narrow(_ comparison: Expression.Comparison, _ bound: Double) {
        switch comparison {
        case .equal: allow([.number(bound)])
        case .notEqual: excluded.insert(.number(bound))
        case .less, .lessOrEqual:
            let includes = comparison == .lessOrEqual
            if bound < high || bound == high && !includes {
                (high, includesHigh) = (bound, includes)
            }
        case .greater, .greaterOrEqual:
            let includes = comparison == .greaterOrEqual
            if bound > low || bound == low && !includes { (low, includesLow) = (bound, includes) }
        }
    }

    private var isEmpty: Bool { !canBeMissing && !(canBePresent && hasValue) }

    private var hasValue: Bool {
        if let allowed { return allowed.contains { !excluded.contains($0) && isWithin($0) } }
        if low < high { return true }
        return low == high && includesLow && includesHigh && !excluded.contains(.number(low))
    }

    private func isWithin(_ value: Proposition.Scalar) -> Bool {
        guard case .number(let number) = value else { return true }
        let isAbove = number > low || number == low && includesLow
        return isAbove && (number < high || number == high && includesHigh)
    }
}

extension Expression.Comparison {
    /// What holds of two values when this does not.
    fileprivate var opposite: Self {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        }
    }
}
