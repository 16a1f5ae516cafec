import Core
import Diagnostics
import Expression
import Sections

extension RulesReader {
    mutating func readTrigger(_ section: Section, _ name: String) {
        let rules = rules
        let names = vocabulary
        let when = required("when", in: section)
        let condition = attempt(when) { (text) throws(ExpressionError) in
            try TriggerConditionReader(fields: rules.fields, segments: names.segments)
                .condition(text)
        }
        guard let consequence = consequence(of: section), let condition, let when else { return }
        doubt(condition, at: when.valueOffset)
        note(condition, in: when)
        var trigger = TriggerRule(name: name, condition: condition, consequence: consequence)
        trigger.rearm = attempt(section["rearm"]) { (text) throws(ExpressionError) in
            try Self.rearm(text, for: condition)
        }
        trigger.after =
            attempt(section["after"]) { (text) throws(ExpressionError) in
                var phrase = Phrase(text)
                let span = try phrase.span()
                try phrase.end()
                return span
            } ?? .zero
        trigger.once =
            attempt(section["once"]) { (text) throws(ExpressionError) in
                try Self.once(ofTrigger: text)
            } ?? .ever
        trigger.brake = attempt(section["brake"]) { (text) throws(ExpressionError) in
            try Self.brake(text)
        }
        self.rules.triggers.append(trigger)
    }

    private mutating func consequence(of section: Section) -> TriggerRule.Consequence? {
        let send = section["send"]
        let run = section["run"]
        if let send, run == nil {
            let name = attempt(send) { (text) throws(ExpressionError) in
                try Self.loneName(text, "a mailing's name")
            }
            guard let name else { return nil }
            note(mailing: name, at: send.valueOffset, .sent)
            return .send(mailing: name)
        }
        if let run, send == nil {
            guard actionNames.contains(run.value) else {
                refuse(
                    "unknown-action", at: run.valueOffset,
                    unknownName("action", run.value, among: actionNames))
                return nil
            }
            return .run(action: run.value)
        }
        refuse(
            "missing-key", at: section.offset,
            send != nil && run != nil
                ? "[trigger \(section.name ?? "")] has send and run: take one away, or let the action send"
                : "[trigger \(section.name ?? "")] needs \"send = MAILING\" or \"run = ACTION\"")
        return nil
    }

    /// Warns of a threshold that hardly anybody can reach.
    private mutating func doubt(_ condition: TriggerRule.Condition, at offset: Int) {
        guard case .reaches(let field, let threshold) = condition else { return }
        // One click that gives as much at once reaches it, however fast the score decays.
        let most = mostPoints(of: field) ?? 0
        if let halfLife = rules.fields[field]?.halfLife, threshold > most {
            warn(
                "reaches-decaying", at: offset,
                "\(field) halves every \(halfLife), so it reaches a number only when events "
                    + "come close together; count in a number field")
        }
    }

    private mutating func note(_ condition: TriggerRule.Condition, in entry: Section.Entry) {
        guard
            case .notOpened(let mailing, _) = condition
        else {
            if case .notClicked(let mailing, _) = condition { noteThirdWord(mailing, in: entry) }
            return
        }
        noteThirdWord(mailing, in: entry)
    }

    private mutating func noteThirdWord(_ mailing: String, in entry: Section.Entry) {
        var phrase = Phrase(entry.value)
        _ = phrase.next()
        _ = phrase.next()
        note(mailing: mailing, at: entry.valueOffset + phrase.offset)
    }

    static func loneName(_ text: String, _ what: String) throws(ExpressionError) -> String {
        var phrase = Phrase(text)
        let name = try phrase.name(what)
        try phrase.end()
        return name.text
    }

    private static func rearm(
        _ text: String, for condition: TriggerRule.Condition
    ) throws(ExpressionError) -> Double {
        var phrase = Phrase(text)
        let value = try phrase.number()
        try phrase.end()
        switch condition {
        case .reaches(_, let threshold) where value < threshold: return value
        case .fallsBelow(_, let threshold) where value >= threshold: return value
        case .reaches:
            throw ExpressionError(at: 0, "after \"reaches\" it must fall back: a smaller number")
        case .fallsBelow:
            throw ExpressionError(at: 0, "after \"falls below\" it must rise: no smaller number")
        default:
            throw ExpressionError(at: 0, "rearm belongs to reaches and falls below")
        }
    }

    static func once(ofTrigger text: String) throws(ExpressionError) -> TriggerRule.Once {
        var phrase = Phrase(text)
        let once: TriggerRule.Once
        if phrase.skip("ever") {
            once = .ever
        } else if phrase.skip("always") {
            once = .always
        } else if phrase.skip("per") {
            once = .per(try phrase.span())
        } else {
            throw ExpressionError(
                at: phrase.offset, "ever, always or per 180d is expected here")
        }
        try phrase.end()
        return once
    }

    private static func brake(_ text: String) throws(ExpressionError) -> Int {
        var phrase = Phrase(text)
        let count = try phrase.number()
        try phrase.expect("per")
        try phrase.expect("day")
        try phrase.end()
        guard count >= 1, count <= 1e9, count == count.rounded() else {
            throw ExpressionError(at: 0, "a whole number from 1 is expected here")
        }
        return Int(count)
    }
}
