final class ConditionalStep: Step {
    struct Branch: Sendable {
        /// Nil: always.
        let test: Test?
        let body: [any Step]
        let place: Int
    }

    let branches: [Branch]

    init(_ branches: [Branch]) { self.branches = branches }

    func run(_ m: inout Machine) throws(Stop) {
        for branch in branches {
            if let test = branch.test {
                m.place = branch.place
                guard try test.holds(&m) else { continue }
            }
            return try m.run(branch.body)
        }
    }
}

final class ChoiceStep: Step {
    struct Branch: Sendable {
        /// Nil: unless one before it was taken.
        let tests: [Test]?
        let body: [any Step]
    }

    let branches: [Branch]
    let place: Int

    init(_ branches: [Branch], place: Int) {
        self.branches = branches
        self.place = place
    }

    func run(_ m: inout Machine) throws(Stop) {
        var isTaken = false
        for branch in branches {
            guard let tests = branch.tests else {
                if !isTaken { try m.run(branch.body) }
                continue
            }
            for test in tests {
                m.place = place
                guard try test.holds(&m) else { continue }
                isTaken = true
                try m.run(branch.body)
            }
        }
    }
}

/// A slot: the alternative that was chosen.
final class SlotStep: Step {
    let number: Int
    let alternatives: [[any Step]]

    init(number: Int, alternatives: [[any Step]]) {
        self.number = number
        self.alternatives = alternatives
    }

    func run(_ m: inout Machine) throws(Stop) {
        let choices = m.input.choices
        guard choices.indices.contains(number) else { return }
        let choice = choices[number]
        if alternatives.indices.contains(choice) { try m.run(alternatives[choice]) }
    }
}

/// Blocks, in the order that was chosen.
final class BlocksStep: Step {
    let number: Int
    let blocks: [[any Step]]

    init(number: Int, blocks: [[any Step]]) {
        self.number = number
        self.blocks = blocks
    }

    func run(_ m: inout Machine) throws(Stop) {
        guard m.input.blocks.indices.contains(number) else { return }
        for index in m.input.blocks[number] where blocks.indices.contains(index) {
            try m.run(blocks[index])
        }
    }
}

final class AbortStep: Step {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    func run(_ m: inout Machine) throws(Stop) { throw .abort(reason) }
}

final class RequireStep: Step {
    let expr: Expr
    let reason: String
    let place: Int

    init(_ expr: Expr, reason: String, place: Int) {
        self.expr = expr
        self.reason = reason
        self.place = place
    }

    func run(_ m: inout Machine) throws(Stop) {
        m.place = place
        if try expr.evaluate(&m).isBlank { throw .abort(reason) }
    }
}

final class LinkStep: Step {
    let number: Int
    /// Empty for a static target.
    let target: [any Step]

    init(number: Int, target: [any Step]) {
        self.number = number
        self.target = target
    }

    func run(_ m: inout Machine) throws(Stop) {
        var number = number
        if !target.isEmpty {
            let bytes = try m.captured { (m) throws(Stop) in try m.run(target) }
            number = m.input.linkCount + m.personalTargets.count + 1
            m.personalTargets.append((number, bytes))
        }
        m.out += m.input.linkPrefix
        Numbers.append(number, to: &m.out)
    }
}
