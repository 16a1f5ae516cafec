import Core
import Diagnostics
import Expression
import Sections

extension RulesReader {
    private static let maximumChoices = 20

    mutating func readSurvey(_ section: Section, _ name: String) {
        guard SurveyRule.isName(name) else {
            return refuse(
                "bad-name", at: section.nameOffset,
                "a survey's name stands in addresses: a to z, digits, - and _; at most 64")
        }
        let question = required("question", in: section)
        guard let entry = required("kind", in: section) else { return }
        guard let kind = SurveyRule.Kind(rawValue: entry.value) else {
            return refuse(
                "unknown-kind", at: entry.valueOffset,
                unknownName("kind", entry.value, among: SurveyRule.Kind.allCases.map(\.rawValue)))
        }
        var survey = SurveyRule(name: name, kind: kind, question: question?.value.nfc ?? "")
        readChoices(section, &survey)
        survey.low = section["low"]?.value.nfc
        survey.high = section["high"]?.value.nfc
        survey.thanks = section["thanks"]?.value.nfc
        if let entry = section["low"] ?? section["high"], kind != .nps {
            refuse("misplaced-key", at: entry.keyOffset, "low and high belong to kind = nps")
        }
        if let entry = section["field"] { readField(entry, &survey) }
        rules.surveys[name] = survey
    }

    private mutating func readChoices(_ section: Section, _ survey: inout SurveyRule) {
        guard let entry = section["choices"] else {
            if survey.kind == .choice { _ = required("choices", in: section) }
            return
        }
        guard survey.kind == .choice else {
            return refuse(
                "misplaced-key", at: entry.keyOffset, "choices belong to kind = choice")
        }
        survey.choices = entry.list.map(\.text.nfc).filter { !$0.isEmpty }
        guard (2...Self.maximumChoices).contains(survey.choices.count),
            Set(survey.choices).count == survey.choices.count
        else {
            return refuse(
                "bad-value", at: entry.valueOffset,
                "2 to \(Self.maximumChoices) different choices are expected, with commas between")
        }
    }

    private mutating func readField(_ entry: Section.Entry, _ survey: inout SurveyRule) {
        guard let field = rules.fields[entry.value] else {
            return refuse(
                "unknown-field", at: entry.valueOffset,
                unknownName("field", entry.value, among: rules.fields.keys.sorted()))
        }
        let fits: Bool =
            switch (survey.kind, field.type) {
            case (.nps, .number), (.text, .text), (.choice, .text): true
            case (.choice, .choice): survey.choices.allSatisfy(field.values.contains)
            default: false
            }
        guard fits, !LoopRules.keptFields.contains(field.name) else {
            return refuse(
                "type", at: entry.valueOffset,
                "\(field.name) cannot take the answers: nps needs a number, text a text, and "
                    + "choice a text or a choice with all its values")
        }
        survey.field = field.name
    }
}
