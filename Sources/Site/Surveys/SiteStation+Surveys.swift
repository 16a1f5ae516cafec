internal import Core
internal import HTTP
internal import Rules
internal import Store

/// Questions that a mail asks: `/s/TOKEN/NAME`.
extension SiteStation {
    /// GET and HEAD show the question with the answer of the mail's link chosen and store nothing:
    /// whoever follows links by itself has not answered. POST stores before it is answered.
    func survey(_ name: String, _ delivery: DeliveryRecord, _ exchange: Exchange) {
        guard let survey = options.rules?.current.surveys[name] else {
            return exchange.respond(page(404, .notFound, exchange))
        }
        let shown = SurveyPage(survey: survey, language: exchange.language)
        guard exchange.request.method == .post else {
            let chosen = (try? exchange.request.queryFields())?[SurveyPage.control]
            return exchange.respond(Answer.page(200, shown.question(chosen: chosen)))
        }
        let sent = (try? exchange.request.formFields())?[SurveyPage.control] ?? ""
        guard let answer = SurveyAnswer(sent, to: survey) else {
            let text = sent.utf8.count <= SurveyAnswer.maximumText ? sent : ""
            return exchange.respond(
                Answer.page(422, shown.question(chosen: sent, text: text, isMissing: true)))
        }
        store.submit(.loop) { access in
            try access.keep(answer, to: survey, of: delivery, at: exchange.at)
        } done: { [self] outcome in
            switch outcome {
            case .success: exchange.respond(Answer.page(200, shown.thanks))
            case .failure(let error): failed(exchange, error)
            }
        }
    }
}
