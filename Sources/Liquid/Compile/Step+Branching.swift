final class ConditionalStep: Step, @unchecked Sendable {
    struct Branch: Sendable {
        /// Nil: always.
        let test: Test?
        let body: Steps
        let place: Int
    }

    let branches: [Branch]
    /// Their bodies, as they are run: `branches` keeps them, and no reference is counted.
    private let bodies: [Unmanaged<Steps>]
    /// Its number in `SharedValues`.
    let shared: Int?

    init(_ branches: [Branch], shared: Int?) {
        self.branches = branches
        bodies = branches.map { Unmanaged.passUnretained($0.body) }
        self.shared = shared
    }

    override func run(_ m: inout Machine) throws(Stop) {
        let taken = try decide(&m)
        guard taken < bodies.count else { return }
        try bodies[taken].lend { (body) throws(Stop) in try body.run(&m) }
    }

    /// The index of the branch to take; behind the last one for none.
    private func decide(_ m: inout Machine) throws(Stop) -> Int {
        guard let shared else { return try firstThatHolds(&m) }
        if let known = m.known[decision: shared] { return known }
        let taken = try firstThatHolds(&m)
        m.known[decision: shared] = taken
        return taken
    }

    private func firstThatHolds(_ m: inout Machine) throws(Stop) -> Int {
        for index in branches.indices {
            guard let test = branches[index].test else { return index }
            m.place = branches[index].place
            if try test.holds(&m) { return index }
        }
        return branches.count
    }
}

final class ChoiceStep: Step, @unchecked Sendable {
    struct Branch: Sendable {
        /// Nil: unless one before it was taken.
        let tests: [Test]?
        let body: Steps
    }

    let branches: [Branch]
    let place: Int

    init(_ branches: [Branch], place: Int) {
        self.branches = branches
        self.place = place
    }

    override func run(_ m: inout Machine) throws(Stop) {
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
final class SlotStep: Step, @unchecked Sendable {
    let number: Int
    let alternatives: [Steps]

    init(number: Int, alternatives: [Steps]) {
        self.number = number
        self.alternatives = alternatives
    }

    override func run(_ m: inout Machine) throws(Stop) {
        let choices = m.input.choices
        guard choices.indices.contains(number) else { return }
        let choice = choices[number]
        if alternatives.indices.contains(choice) { try m.run(alternatives[choice]) }
    }
}

/// Blocks, in the order that was chosen.
final class BlocksStep: Step, @unchecked Sendable {
    let number: Int
    let blocks: [Steps]

    init(number: Int, blocks: [Steps]) {
        self.number = number
        self.blocks = blocks
    }

    override func run(_ m: inout Machine) throws(Stop) {
        guard m.input.blocks.indices.contains(number) else { return }
        for index in m.input.blocks[number] where blocks.indices.contains(index) {
            try m.run(blocks[index])
        }
    }
}

final class AbortStep: Step, @unchecked Sendable {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    override func run(_ m: inout Machine) throws(Stop) { throw .abort(reason) }
}

final class RequireStep: Step, @unchecked Sendable {
    let expr: Expr
    let reason: String
    let place: Int

    init(_ expr: Expr, reason: String, place: Int) {
        self.expr = expr
        self.reason = reason
        self.place = place
    }

    override func run(_ m: inout Machine) throws(Stop) {
        m.place = place
        if try expr.evaluate(&m).isBlank { throw .abort(reason) }
    }
}

final class LinkStep: Step, @unchecked Sendable {
    let number: Int
    /// Empty for a static target.
    let target: Steps

    init(number: Int, target: Steps) {
        self.number = number
        self.target = target
    }

    override func run(_ m: inout Machine) throws(Stop) {
        var number = number
        if !target.isEmpty {
            number = try m.target { (m) throws(Stop) in try m.run(target) }
        }
        m.write(link: number)
    }
}
