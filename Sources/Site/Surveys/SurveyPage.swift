internal import Rules
internal import Store

/// The page of a survey: the question with its answers, or the thanks.
struct SurveyPage {
    let survey: SurveyRule
    let words: Wording

    /// The name of the control that bears the answer.
    static let control = "a"

    /// - Parameters:
    ///   - chosen: the answer's number as the mail's link has it.
    ///   - text: what had been written.
    ///   - isMissing: whether it was sent without an answer.
    func question(chosen: String?, text: String = "", isMissing: Bool = false) -> PageContent {
        let problem = isMissing ? words.surveyMissing : nil
        let form = PageForm(
            controls: [control(chosen, text, problem)],
            buttons: [.init(label: words.surveySend, name: "send", value: "yes")])
        var parts: [PageContent.Part] = []
        if let problem {
            parts.append(
                .errors(title: words.wrong, [.init(control: Self.control, message: problem)]))
        }
        return PageContent(survey.question, parts + [.text(words.surveyHint), .form(form)])
    }

    var thanks: PageContent {
        PageContent(
            words.surveyThanks,
            [.text(survey.thanks ?? words.surveyTaken), .text(words.surveyAgain)])
    }

    private func control(
        _ chosen: String?, _ text: String, _ problem: String?
    ) -> PageForm.Control {
        let question = PageForm.Question(
            name: Self.control, label: survey.question, isTitle: true,
            hint: ends, problem: problem)
        switch survey.kind {
        case .nps, .choice:
            return .question(
                question,
                .radios(
                    survey.buttons.map { .init(value: "\($0.number)", label: $0.label) },
                    chosen: chosen, isScale: survey.kind == .nps))
        case .text:
            return .question(question, .area(text, longest: SurveyAnswer.maximumText / 2))
        }
    }

    /// What the ends of a scale mean.
    private var ends: String? {
        let ends = [survey.low.map { "0 = \($0)" }, survey.high.map { "10 = \($0)" }]
            .compactMap { $0 }
        return ends.isEmpty ? nil : ends.joined(separator: ", ")
    }
}
