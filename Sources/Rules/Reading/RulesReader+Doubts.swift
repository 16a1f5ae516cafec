import Core
import Diagnostics
import Expression
import Sections

extension RulesReader {
    /// Warns of what a segment's author may not have meant: people without a value who fall out or
    /// slip in, values that a choice cannot have, a condition that nobody can match.
    mutating func doubtSegment(_ section: Section, _ name: String) {
        guard let rule = rules.segments[name], let entry = section["where"] else { return }
        let proposition = rule.condition.proposition()
        let domains = rules.domains
        let rules = rules
        for doubt in proposition.doubts(canBeMissing: { rules.canBeMissing($0) }) {
            warn("missing-field", at: entry.valueOffset + doubt.offset, doubt.advice())
        }
        for stranger in proposition.strangers(in: domains) {
            warn("choice-value", at: entry.valueOffset + stranger.offset, stranger.message)
        }
        let whole = rule.condition.proposition(expanding: rules.conditions)
        if Proposition.contradict([whole], in: domains, steps: &stepsLeft) {
            warn(
                "contradiction", at: entry.valueOffset,
                "nobody can be in this segment: its condition contradicts itself")
        }
    }

    /// The most that one action adds to a score at once; nil when that depends on the person.
    func mostPoints(of field: String) -> Double? {
        var most = 1.0
        for action in rules.actions.values {
            for case .add(let target, let points) in action.operations where target == field {
                guard case .literal(.number(let number)) = points.node else { return nil }
                most = max(most, number)
            }
        }
        return most
    }
}
