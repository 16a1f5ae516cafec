import Core
import HTTP
import JSON
import Rules
import Store

extension ControlSession {
    private static let shownAnswers = 50

    func surveys() throws -> JSON {
        .array(
            try rules.surveys.values.sorted { $0.name < $1.name }.map { survey in
                var object = JSON.Object([
                    ("name", .string(survey.name)), ("kind", .string(survey.kind.rawValue)),
                    ("question", .string(survey.question)),
                ])
                add(try reader.surveyFigures(survey.name), to: &object)
                return .object(object)
            })
    }

    /// One survey: its answers, and the score in all, by mailing and by month.
    func survey(_ call: ControlCall) throws -> JSON {
        let name = call.name
        let figures = try reader.surveyFigures(name)
        guard rules.surveys[name] != nil || figures.answers > 0 else {
            throw ControlError(
                404, Self.unknown("survey", name, among: rules.surveys.keys.sorted()))
        }
        var object = JSON.Object([("name", .string(name))])
        if let survey = rules.surveys[name] {
            object["kind"] = .string(survey.kind.rawValue)
            object["question"] = .string(survey.question)
        }
        add(figures, to: &object)
        object["answer_counts"] = .array(
            try reader.surveyCounts(name, limit: Self.shownAnswers).map {
                ["answer": .string($0.answer), "count": .count($0.count)]
            })
        object["mailings"] = .array(
            try reader.surveyFiguresByMailing(name).map { row in
                var part = JSON.Object([
                    ("mailing", .optional(try reader.mailing(row.mailing)?.name))
                ])
                add(row.figures, to: &part)
                return .object(part)
            })
        object["months"] = .array(
            try reader.surveyFiguresByMonth(name).map { row in
                var part = JSON.Object([("month", .string(row.month))])
                add(row.figures, to: &part)
                return .object(part)
            })
        return .object(object)
    }

    private func add(_ figures: SurveyFigures, to object: inout JSON.Object) {
        object["answers"] = .count(figures.answers)
        if let nps = figures.nps {
            object["nps"] = .number(nps)
            object["promoters"] = .count(figures.promoters)
            object["detractors"] = .count(figures.detractors)
        }
    }
}
