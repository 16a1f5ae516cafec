import Core
import Expression
import JSON
import Rules
import Store

extension EventRecord {
    /// The built-in action of an answer: it sets the survey's field, as any action would. Nil for
    /// other events, and where the survey names no field or is gone.
    func answerKeeping(_ rules: LoopRules) -> ActionBinding? {
        guard kind == .answer, let name = data["survey"]?.string,
            let survey = rules.surveys[name], let field = survey.field,
            let value = try? Expression.value(literal(survey), Vocabulary())
        else { return nil }
        return .named(
            ActionRule(
                name: "survey \(name)", on: kind, operations: [.set(field: field, value)],
                once: nil))
    }

    private func literal(_ survey: SurveyRule) -> String {
        guard survey.kind != .nps else { return "\(data["score"]?.integer ?? 0)" }
        var text = "\""
        for character in data["answer"]?.string ?? "" {
            switch character {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            default: text.append(character)
            }
        }
        return text + "\""
    }
}
