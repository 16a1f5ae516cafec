import Diagnostics
import Expression
import Liquid
import Rules

/// Alternatives that nobody can ever get, for reasons in the conditions themselves: one that
/// contradicts itself, and one that earlier ones always take before it.
struct ChoiceCheck {
    private(set) var findings: [Finding] = []

    private let names: FieldNames
    private let domains: Proposition.Domains
    private var steps = Proposition.stepLimit

    private static let limit = 50
    /// Slots with more alternatives, and chains with more branches, are not gone through.
    private static let alternativeLimit = 30

    init(_ names: FieldNames) {
        self.names = names
        domains = names.rules.domains
    }

    /// One way that is taken when the ways before it are not.
    fileprivate struct Way {
        /// How messages call it: `the alternative "cars"`.
        var name: String
        var condition: Proposition
        var place: Place
    }

    // MARK: - Slots

    mutating func check(_ slot: Node.Slot) {
        guard slot.alternatives.count <= Self.alternativeLimit else { return }
        var ways: [Way] = []
        var expressions: [(Expression, Place)] = []
        for alternative in slot.alternatives {
            let way: Way
            switch alternative.rule {
            case .otherwise:
                way = Way(name: "the default", condition: .always(true), place: alternative.place)
            case .segment(let name, let place):
                guard let segment = names.rules.segments[name] else { return }
                way = Way(
                    name: "the alternative \"\(name)\"", condition: expanded(segment.condition),
                    place: place)
            case .condition(let text, let place):
                guard let condition = try? Expression.condition(text, names.rules.vocabulary) else {
                    return
                }
                expressions.append((condition, place))
                way = Way(
                    name: "the alternative \"\(alternative.name)\"",
                    condition: expanded(condition), place: place)
            }
            ways.append(way)
        }
        check(ways)
        for (expression, place) in expressions { checkChoices(expression, at: place) }
    }

    private func expanded(_ condition: Expression) -> Proposition {
        condition.proposition(expanding: names.rules.conditions)
    }

    // MARK: - Audience

    mutating func check(audience: Expression, at place: Place) {
        check([Way(name: "the audience", condition: expanded(audience), place: place)])
        checkChoices(audience, at: place)
    }

    // MARK: - if and elsif

    mutating func check(_ node: Node.Conditional) {
        var ways: [Way] = []
        for (index, branch) in node.branches.prefix(Self.alternativeLimit).enumerated() {
            guard let condition = branch.condition else { continue }
            let proposition = condition.proposition(names)
            let isUnless = node.isUnless && index == 0
            ways.append(
                Way(
                    name: "this branch",
                    condition: isUnless ? .not(proposition, at: 0) : proposition,
                    place: index == 0 ? node.place : branch.place))
            checkChoices(proposition, condition.place)
        }
        check(ways)
    }

    /// The values of `{% case country %}`.
    mutating func check(_ node: Node.Choice) {
        guard let field = names.field(node.subject), let known = domains.values(field) else {
            return
        }
        for branch in node.branches {
            for case .literal(.string(let text)) in branch.values ?? []
            where !known.contains(text.text) {
                let stranger = Proposition.Stranger(
                    field: field, value: text.text, offset: branch.place.offset, known: known)
                findings.append(branch.place.finding(.warn, "choice-value", stranger.message))
            }
        }
    }

    // MARK: - Reasoning

    private mutating func check(_ ways: [Way]) {
        guard findings.count < Self.limit else { return }
        for (index, way) in ways.enumerated() {
            if contradict([way.condition]) {
                warn(
                    way, "contradiction",
                    "nobody can match \(way.name): its condition contradicts itself")
                continue
            }
            let earlier = ways[..<index]
            if let taker = taker(of: way, among: earlier) {
                // A default that is never shown is only worth a word when one condition is always
                // true; a complete set of alternatives needs it by the rules of the language.
                warn(
                    way, "shadowed",
                    "\(way.name) is never taken: whoever matches it already got \(taker.called)")
            } else if !way.isDefault, earlier.count > 1,
                contradict([way.condition] + earlier.map { not($0) })
            {
                warn(
                    way, "shadowed",
                    "\(way.name) is never taken: whoever matches it already got an earlier one")
            }
        }
    }

    /// The way before it that takes all who match it.
    private mutating func taker(of way: Way, among earlier: ArraySlice<Way>) -> Way? {
        for other in earlier where contradict([way.condition, not(other)]) { return other }
        return nil
    }

    private func not(_ way: Way) -> Proposition { .not(way.condition, at: 0) }

    private mutating func contradict(_ propositions: [Proposition]) -> Bool {
        Proposition.contradict(propositions, in: domains, steps: &steps)
    }

    private mutating func warn(_ way: Way, _ code: String, _ message: String) {
        findings.append(way.place.finding(.warn, code, message))
    }

    // MARK: - Choices

    /// Values that a choice field cannot have.
    private mutating func checkChoices(_ condition: Expression, at place: Place) {
        for stranger in condition.proposition().strangers(in: domains).prefix(10) {
            findings.append(
                Place(place.source, place.offset + stranger.offset)
                    .finding(.warn, "choice-value", stranger.message))
        }
    }

    private mutating func checkChoices(_ condition: Proposition, _ place: Place?) {
        guard let place, findings.count < Self.limit else { return }
        for stranger in condition.strangers(in: domains).prefix(10) {
            findings.append(
                Place(place.source, stranger.offset)
                    .finding(.warn, "choice-value", stranger.message))
        }
    }
}

extension ChoiceCheck.Way {
    fileprivate var isDefault: Bool { if case .always = condition { true } else { false } }

    fileprivate var called: String { name == "this branch" ? "an earlier one" : name }
}
