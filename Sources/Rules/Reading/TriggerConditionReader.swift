import Core
import Diagnostics
import Expression

/// Reads what stands after `when =` in a trigger.
struct TriggerConditionReader {
    let fields: [String: FieldRule]
    let segments: Set<String>

    func condition(_ text: String) throws(ExpressionError) -> TriggerRule.Condition {
        var phrase = Phrase(text)
        let condition: TriggerRule.Condition
        if phrase.skip("segment") {
            condition = try segment(&phrase)
        } else if phrase.skip("not") {
            condition = try notDone(&phrase)
        } else {
            condition = try field(&phrase)
        }
        try phrase.end()
        return condition
    }

    private func segment(_ phrase: inout Phrase) throws(ExpressionError)
        -> TriggerRule.Condition
    {
        let name = try phrase.name("a segment's name")
        guard segments.contains(name.text) else {
            throw ExpressionError(
                code: "unknown-segment", at: name.offset,
                unknownName("segment", name.text, among: segments.sorted()))
        }
        if phrase.skip("entered") { return .entered(segment: name.text) }
        if phrase.skip("left") { return .left(segment: name.text) }
        throw ExpressionError(at: phrase.offset, "entered or left is expected here")
    }

    private func notDone(_ phrase: inout Phrase) throws(ExpressionError)
        -> TriggerRule.Condition
    {
        let isOpened = phrase.skip("opened")
        guard isOpened || phrase.skip("clicked") else {
            throw ExpressionError(at: phrase.offset, "opened or clicked is expected here")
        }
        let mailing = try phrase.name("a mailing's name").text
        try phrase.expect("within")
        let span = try phrase.span()
        return isOpened
            ? .notOpened(mailing: mailing, within: span)
            : .notClicked(mailing: mailing, within: span)
    }

    private func field(_ phrase: inout Phrase) throws(ExpressionError) -> TriggerRule.Condition {
        let name = try phrase.name("a field's name, segment or not")
        guard let field = fields[name.text] else {
            throw ExpressionError(
                code: "unknown-field", at: name.offset,
                unknownName("field", name.text, among: fields.keys.sorted()))
        }
        let verb = phrase.offset
        func check(_ types: [FieldType]) throws(ExpressionError) {
            guard types.contains(field.type) else {
                throw ExpressionError(
                    code: "type", at: verb,
                    "\(field.name) is a \(field.type.rawValue); this asks about a "
                        + types.map(\.rawValue).joined(separator: " or "))
            }
        }
        if phrase.skip("reaches") {
            try check([.number, .score])
            return .reaches(field: field.name, try phrase.number())
        }
        if phrase.skip("falls") {
            try phrase.expect("below")
            try check([.number, .score])
            return .fallsBelow(field: field.name, try phrase.number())
        }
        if phrase.skip("anniversary") {
            try check([.date])
            return .anniversary(field: field.name, at: try timeOfDay(&phrase))
        }
        if phrase.skip("after") {
            try check([.date])
            let span = try phrase.span()
            return .after(field: field.name, span, at: try timeOfDay(&phrase))
        }
        throw ExpressionError(
            at: verb, "reaches, falls below, anniversary or after is expected here")
    }

    private func timeOfDay(_ phrase: inout Phrase) throws(ExpressionError) -> TimeOfDay? {
        phrase.skip("at") ? try phrase.timeOfDay() : nil
    }
}
