import Core

/// Why a condition holds for somebody or not: each part with its answer and what it looked at.
package struct Explanation: Sendable {
    /// What is asked, in English.
    package var words: String
    /// Nil: it cannot be calculated.
    package var holds: Bool?
    /// Why it cannot be calculated.
    package var failure: String?
    /// The fields that a comparison reads, a score at its value of the moment.
    package var values: [Value] = []
    /// What of the person's past is counted; only where the part asks for it.
    package var behaviour: Behaviour?
    /// What it is made of, in the order of the text; those of a segment are its definition's.
    package var parts: [Explanation] = []

    package struct Value: Hashable, Sendable {
        package var field: String
        package var value: FieldValue
    }
}

extension Evaluator {
    /// Parts of an explanation at most: segments that ask for each other could make millions.
    private static var partLimit: Int { 500 }

    /// The answer to a condition with the answer to each of its parts; those that `and` and `or`
    /// would not have asked too.
    package func explain(_ condition: Expression) -> Explanation {
        var left = Self.partLimit
        return explain(condition, depth: 0, &left)
    }

    private func explain(
        _ condition: Expression, depth: Int, _ left: inout Int
    ) -> Explanation {
        left -= 1
        var explanation = Explanation(words: condition.words)
        do throws(ExpressionError) {
            explanation.holds = try holds(condition)
        } catch {
            explanation.failure = error.message
        }
        for part in parts(of: condition, depth: depth) where left > 0 {
            explanation.parts.append(explain(part, depth: depth + 1, &left))
        }
        guard explanation.parts.isEmpty else { return explanation }
        if case .behaviour(let behaviour) = condition.node { explanation.behaviour = behaviour }
        var seen: Set<String> = []
        for mention in condition.mentionedFields where seen.insert(mention.name).inserted {
            explanation.values.append(.init(field: mention.name, value: current(mention.name)))
        }
        return explanation
    }

    private func parts(of condition: Expression, depth: Int) -> [Expression] {
        switch condition.node {
        case .all(let parts), .any(let parts): return parts
        case .not(let part): return [part]
        case .inSegment(let name):
            guard depth < Expression.maximumDepth, let definition = segments[name] else {
                return []
            }
            return [definition]
        default: return []
        }
    }

    private func current(_ field: String) -> FieldValue {
        if let score = person.score(of: field) { return .number(score.value(at: now)) }
        return person.value(of: field)
    }
}
