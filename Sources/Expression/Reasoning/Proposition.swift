/// A condition as far as one can reason about it without any profile: what it needs, what it rules
/// out. Both the conditions of loop.conf and those of templates are turned into it.
package indirect enum Proposition: Sendable {
    case test(Test)
    /// With the offset of the word that negates.
    case not(Proposition, at: Int)
    case all([Proposition])
    case any([Proposition])
    case always(Bool)

    /// One question about one value.
    package struct Test: Hashable, Sendable {
        /// What is asked about, spelled out: equal texts mean equal values.
        package var subject: String
        /// The fields in it: with one of them missing the test is false, unless it asks for that.
        package var fields: [String]
        package var demand: Demand
        /// In bytes, as the offsets of the condition it came from.
        package var offset: Int
        /// Written as `field < …`: who has no value is left out without a word.
        package var asksForLess: Bool

        package init(
            _ subject: String, _ demand: Demand, fields: [String], at offset: Int,
            asksForLess: Bool = false
        ) {
            self.subject = subject
            self.demand = demand
            self.fields = fields
            self.offset = offset
            self.asksForLess = asksForLess
        }
    }

    package enum Demand: Hashable, Sendable {
        /// No value is there.
        case blank
        /// A value is there.
        case present
        /// A number (or a date or duration in milliseconds) on this side of a bound.
        case compares(Expression.Comparison, Double)
        /// One of these.
        case among(Set<Scalar>)
        /// A value, and none of these.
        case outside(Set<Scalar>)
        /// Something that cannot be reasoned about, only repeated.
        case opaque
    }

    package enum Scalar: Hashable, Sendable {
        case text(String)
        case number(Double)
        case flag(Bool)
    }
}

extension Proposition {
    /// The same condition in a text that has `bytes` more before it.
    package func shifted(by bytes: Int) -> Proposition {
        switch self {
        case .always: return self
        case .test(var test):
            test.offset += bytes
            return .test(test)
        case .not(let inner, let offset): return .not(inner.shifted(by: bytes), at: offset + bytes)
        case .all(let parts): return .all(parts.map { $0.shifted(by: bytes) })
        case .any(let parts): return .any(parts.map { $0.shifted(by: bytes) })
        }
    }
}

// MARK: - What it says about missing values

extension Proposition {
    /// The fields that surely have a value when the condition came out as `holds`.
    package func fieldsPresent(when holds: Bool) -> Set<String> {
        switch (self, holds) {
        case (.always, _): []
        case (.test(let test), true): test.demand == .blank ? [] : Set(test.fields)
        case (.test(let test), false): test.demand == .blank ? Set(test.fields) : []
        case (.not(let inner, _), _): inner.fieldsPresent(when: !holds)
        case (.all(let parts), true), (.any(let parts), false):
            parts.reduce(into: []) { $0.formUnion($1.fieldsPresent(when: holds)) }
        case (.all(let parts), false), (.any(let parts), true):
            parts.dropFirst().reduce(into: parts.first?.fieldsPresent(when: holds) ?? []) {
                $0.formIntersection($1.fieldsPresent(when: holds))
            }
        }
    }

    /// A place where a value that can be missing decides without having been asked for.
    package struct Doubt: Hashable, Sendable {
        package var field: String
        package var offset: Int
        /// Under a `not`, which makes missing count as a match; else `<`, which leaves it out.
        package var isNegated: Bool

        /// What to tell whoever wrote it; `word` when it was no `not` that negates.
        package func advice(_ word: String? = nil) -> String {
            isNegated
                ? "\(field) can be missing, and \(word ?? "not") takes those people in; ask "
                    + "\"\(field) is not blank\" as well, or say \"is blank\" when they are meant"
                : "\(field) can be missing, and \"<\" leaves those people out; add "
                    + "\"or \(field) is blank\", or ask \"\(field) is not blank\" as well"
        }
    }

    /// The doubts of this condition, in the order of the text, each field once a kind.
    ///
    /// - Parameters:
    ///   - known: fields that have a value wherever the condition is asked.
    ///   - canBeMissing: whether a profile can lack a value of this field.
    package func doubts(
        known: Set<String> = [], canBeMissing: (String) -> Bool
    ) -> [Doubt] {
        var found: [Doubt] = []
        collect(&found, known, negatedAt: nil, canBeMissing)
        var seen: Set<String> = []
        return found.sorted { $0.offset < $1.offset }
            .filter { seen.insert("\($0.isNegated) \($0.field)").inserted }
    }

    private func collect(
        _ found: inout [Doubt], _ known: Set<String>, negatedAt: Int?,
        _ canBeMissing: (String) -> Bool
    ) {
        switch self {
        case .always: break
        case .test(let test):
            guard negatedAt != nil || test.asksForLess, !test.asksForBlank else { return }
            for field in test.fields where !known.contains(field) && canBeMissing(field) {
                found.append(
                    Doubt(
                        field: field, offset: negatedAt ?? test.offset,
                        isNegated: negatedAt != nil))
            }
        case .not(let inner, let offset):
            inner.collect(
                &found, known, negatedAt: negatedAt == nil ? offset : nil, canBeMissing)
        case .all(let parts), .any(let parts):
            // Who asks for blank beside it has thought of those without a value.
            var known = known
            for part in parts { known.formUnion(part.askedForBlank) }
            for part in parts { part.collect(&found, known, negatedAt: negatedAt, canBeMissing) }
        }
    }

    private var askedForBlank: [String] {
        switch self {
        case .test(let test) where test.asksForBlank: test.fields
        case .not(.test(let test), _) where test.asksForBlank: test.fields
        default: []
        }
    }
}

extension Proposition.Test {
    fileprivate var asksForBlank: Bool { demand == .blank || demand == .present }
}
