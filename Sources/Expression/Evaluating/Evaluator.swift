import Core

/// The answer to a condition, and how long it stays so if nothing is changed but the time.
package struct Evaluation: Hashable, Sendable {
    package var holds: Bool
    /// From this instant on the answer may differ, never before it; nil: time alone changes
    /// nothing. Asking again too early is harmless.
    package var until: Instant?
}

/// Evaluates expressions for one person at one instant, in memory; the store's SQL answers alike.
package struct Evaluator<Person: Subject> {
    let person: Person
    let now: Instant
    let segments: [String: Expression]
    /// Nil: nobody asks how long the answer holds.
    var until: Instant?
    private var nesting = 0

    /// - Parameter segments: every segment that the expressions may ask for, by name.
    package init(_ person: Person, now: Instant, segments: [String: Expression] = [:]) {
        self.person = person
        self.now = now
        self.segments = segments
    }

    /// Whether a condition holds.
    package func holds(_ condition: Expression) throws(ExpressionError) -> Bool {
        var evaluator = self
        return try evaluator.truth(condition)
    }

    /// Whether it holds and until when.
    package func evaluate(_ condition: Expression) throws(ExpressionError) -> Evaluation {
        var evaluator = self
        evaluator.until = .distantFuture
        let holds = try evaluator.truth(condition)
        let until = evaluator.until == .distantFuture ? nil : evaluator.until
        return Evaluation(holds: holds, until: until)
    }

    /// The value of an expression of any kind; a condition is a flag, a score is its number.
    package func value(_ expression: Expression) throws(ExpressionError) -> FieldValue {
        expression.kind == .condition
            ? .flag(try holds(expression)) : try value(expression, at: now)
    }

    // MARK: Conditions

    private mutating func truth(_ condition: Expression) throws(ExpressionError) -> Bool {
        switch condition.node {
        case .all(let operands):
            for operand in operands where try !truth(operand) { return false }
            return true
        case .any(let operands):
            for operand in operands where try truth(operand) { return true }
            return false
        case .not(let operand):
            return try !truth(operand)
        case .comparison(let comparison, let left, let right):
            noteChange(of: comparison, left, right)
            return try compare(comparison, left, right, at: now)
        case .membership(let needle, let list, let negated):
            return try isMember(needle, of: list, negated: negated)
        case .contains(let whole, let part):
            return try texts(whole, part) { $0.isEmpty || $1.containsRun($0) }
        case .startsWith(let whole, let part):
            return try texts(whole, part) { $1.starts(with: $0) }
        case .blank(let operand, let negated):
            return try (value(operand, at: now) == .missing) != negated
        case .flag(let operand):
            return try value(operand, at: now) == .flag(true)
        case .behaviour(let behaviour):
            return happened(behaviour)
        case .inSegment(let name):
            return try isInSegment(name, at: condition.offset)
        case .tagged(let tag):
            return person.isTagged(tag)
        case .subscribed(let topic):
            return person.isSubscribed(to: topic)
        case .sample(let sample):
            return sample.contains(person.profile)
        case .literal, .now, .field, .lower, .negative, .arithmetic:
            return try value(condition, at: now) == .flag(true)
        }
    }

    private mutating func isInSegment(
        _ name: String, at offset: Int
    ) throws(ExpressionError) -> Bool {
        guard let definition = segments[name] else {
            throw ExpressionError(
                code: "unknown-segment", at: offset, "the segment \"\(name)\" has no definition")
        }
        // Trees and segments together: threads have small stacks.
        guard nesting + definition.depth <= 2 * Expression.maximumDepth else {
            throw ExpressionError(
                code: "too-deep", at: offset, "segments ask for each other too deeply")
        }
        nesting += definition.depth
        defer { nesting -= definition.depth }
        do {
            return try truth(definition)
        } catch {
            // Its offset belongs to another text.
            throw ExpressionError(
                code: error.code, at: offset, "in segment \"\(name)\": \(error.message)")
        }
    }

    private mutating func happened(_ behaviour: Behaviour) -> Bool {
        let start = behaviour.within.map { now - $0 }
        let instants = person.instants(
            of: behaviour, from: start, through: now, limit: behaviour.atLeast)
        guard instants.count >= behaviour.atLeast else { return false }
        if let within = behaviour.within {
            note(instants[behaviour.atLeast - 1] + within + .milliseconds(1))
        }
        return true
    }

    private mutating func isMember(
        _ needle: Expression, of list: [Expression], negated: Bool
    ) throws(ExpressionError) -> Bool {
        // Every operand is evaluated, so that an error never depends on an earlier match.
        var found = false
        var complete = true
        for element in list {
            noteChange(of: .equal, needle, element)
            found = try compare(.equal, needle, element, at: now) || found
            complete = try compare(.notEqual, needle, element, at: now) && complete
        }
        return negated ? complete : found
    }

    private func texts(
        _ whole: Expression, _ part: Expression, _ test: ([UInt8], [UInt8]) -> Bool
    ) throws(ExpressionError) -> Bool {
        let values = (try value(whole, at: now), try value(part, at: now))
        guard case (.text(let whole), .text(let part)) = values else { return false }
        return test(Array(part.utf8), Array(whole.utf8))
    }
}

extension [UInt8] {
    /// Whether `part` (not empty) stands somewhere in it. Linear on ordinary text; the product of
    /// the lengths at worst, and field values are short.
    fileprivate func containsRun(_ part: [UInt8]) -> Bool {
        guard part.count <= count else { return false }
        return (0...(count - part.count)).contains { start in
            self[start] == part[0] && self[start..<(start + part.count)].elementsEqual(part)
        }
    }
}
