/// What came of a survey: in all, of one mailing or of one month.
package struct SurveyFigures: Hashable, Sendable {
    package var answers: Int
    /// Scores of 9 and 10, and of 0 to 6.
    package var promoters: Int
    package var detractors: Int
    /// How many gave a score.
    package var scores: Int

    package init(answers: Int, promoters: Int, detractors: Int, scores: Int) {
        self.answers = answers
        self.promoters = promoters
        self.detractors = detractors
        self.scores = scores
    }

    /// The net promoter score, −100 to 100: the share of promoters less that of detractors; nil
    /// without scores.
    package var nps: Double? {
        scores == 0 ? nil : 100 * Double(promoters - detractors) / Double(scores)
    }
}

extension ReadAccess {
    private static let figures = """
        count(*), coalesce(sum(score >= 9), 0), coalesce(sum(score <= 6), 0), count(score)
        """

    package func surveyFigures(_ survey: String) throws(StoreError) -> SurveyFigures {
        try connection.first(
            "SELECT \(Self.figures) FROM survey_answer WHERE survey = ?", [.text(survey)]
        ) { SurveyFigures($0, from: 0) }
            ?? SurveyFigures(answers: 0, promoters: 0, detractors: 0, scores: 0)
    }

    /// By mailing, in their order.
    package func surveyFiguresByMailing(
        _ survey: String
    ) throws(StoreError) -> [(mailing: Int64, figures: SurveyFigures)] {
        try connection.query(
            """
            SELECT mailing, \(Self.figures) FROM survey_answer WHERE survey = ?
            GROUP BY mailing ORDER BY mailing
            """, [.text(survey)]
        ) { ($0.integer(0), SurveyFigures($0, from: 1)) }
    }

    /// By month in UTC, `2026-11`, oldest first.
    package func surveyFiguresByMonth(
        _ survey: String
    ) throws(StoreError) -> [(month: String, figures: SurveyFigures)] {
        try connection.query(
            """
            SELECT strftime('%Y-%m', at / 1000, 'unixepoch') AS month, \(Self.figures)
            FROM survey_answer WHERE survey = ? GROUP BY month ORDER BY month
            """, [.text(survey)]
        ) { ($0.text(0), SurveyFigures($0, from: 1)) }
    }

    /// How often each answer was given, the most frequent first; the first of them.
    package func surveyCounts(
        _ survey: String, limit: Int
    ) throws(StoreError) -> [(answer: String, count: Int)] {
        try connection.query(
            """
            SELECT answer, count(*) AS n FROM survey_answer WHERE survey = ?
            GROUP BY answer ORDER BY n DESC, answer LIMIT ?
            """, [.text(survey), .integer(limit)]
        ) { ($0.text(0), Int($0.integer(1))) }
    }
}

extension SurveyFigures {
    fileprivate init(_ row: Row, from first: Int32) {
        answers = Int(row.integer(first))
        promoters = Int(row.integer(first + 1))
        detractors = Int(row.integer(first + 2))
        scores = Int(row.integer(first + 3))
    }
}
