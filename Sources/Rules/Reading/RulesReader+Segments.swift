import Core
import Diagnostics
import Expression
import Sections

extension RulesReader {
    mutating func readSegment(_ section: Section, _ name: String) {
        guard let entry = required("where", in: section) else { return }
        let vocabulary = vocabulary
        let condition = attempt(entry) { (text) throws(ExpressionError) in
            try Expression.condition(text, vocabulary)
        }
        guard let condition else { return }
        noteMailings(of: condition, in: entry)
        rules.segments[name] = SegmentRule(name: name, condition: condition)
    }

    /// Refuses a segment that asks for itself, directly or through others, and chains of more
    /// than 30, which evaluators would have to follow.
    mutating func checkCycle(_ section: Section, _ name: String) {
        guard let rule = rules.segments[name], let entry = section["where"] else { return }
        for mention in rule.condition.mentionedSegments {
            let (seen, rounds) = rules.conditions.segments(reachedFrom: mention.name)
            let offset = entry.valueOffset + mention.offset
            if seen.contains(name) {
                refuse(
                    "segment-cycle", at: offset,
                    "segment \"\(name)\" asks for itself"
                        + (mention.name == name ? "" : " through \"\(mention.name)\""))
            } else if rounds > 30 {
                refuse("too-deep", at: offset, "more than 30 segments ask for one another")
            }
        }
    }
}
