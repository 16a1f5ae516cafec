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
        work(exchange) { site, lookup in
            let exchange = try exchange.speaking(to: delivery.profile, in: lookup.reader)
            let shown = SurveyPage(survey: survey, words: exchange.words)
            guard exchange.request.method == .post else {
                let chosen = (try? exchange.request.queryFields())?[SurveyPage.control]
                let content = shown.question(chosen: chosen)
                return exchange.respond(site.page(200, .survey, exchange, content))
            }
            let sent = (try? exchange.request.formFields())?[SurveyPage.control] ?? ""
            guard let answer = SurveyAnswer(sent, to: survey) else {
                let text = sent.utf8.count <= SurveyAnswer.maximumText ? sent : ""
                let content = shown.question(chosen: sent, text: text, isMissing: true)
                return exchange.respond(site.page(422, .survey, exchange, content))
            }
            site.keep(answer, to: shown, delivery, exchange)
        }
    }

    private func keep(
        _ answer: SurveyAnswer, to shown: SurveyPage, _ delivery: DeliveryRecord,
        _ exchange: Exchange
    ) {
        store.submit(.loop) { [survey = shown.survey] access in
            try access.keep(answer, to: survey, of: delivery, at: exchange.at)
        } done: { [self] outcome in
            switch outcome {
            case .success: exchange.respond(page(200, .surveyDone, exchange, shown.thanks))
            case .failure(let error): failed(exchange, error)
            }
        }
    }
}
