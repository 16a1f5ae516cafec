extension PageContent {
    /// The pages that know no more than a topic's label; nil when the mailing has none.
    static func plain(_ kind: PageKind, _ words: Wording, topic: String?) -> PageContent {
        switch kind {
        case .notFound: PageContent(words.notFound, [.text(words.notFoundText)])
        case .gone: PageContent(words.gone, [.text(words.goneText)])
        case .linkOver: PageContent(words.linkOver, [.text(words.linkOverText)])
        case .busy: PageContent(words.busy, [.text(words.busyText)])
        case .formSent:
            PageContent(words.sent, [.text(words.sentText), .text(words.sentHint)])
        case .unsubscribeUndone: PageContent(words.undone, [.text(words.undoneText)])
        case .confirmed: PageContent(words.confirmed, [.text(words.confirmedText)])
        case .confirm:
            PageContent(
                words.confirm,
                (topic.map { [.text(words.confirmFor($0))] } ?? []) + [
                    .text(words.confirmHow),
                    .form(
                        PageForm(buttons: [
                            .init(label: words.confirmButton, name: "confirm", value: "yes")
                        ])),
                ])
        case .unsubscribe: unsubscribe(words, topic: topic)
        case .unsubscribeDone: unsubscribed(words, topic: topic)
        case .preferences, .personalData: PageContent(words.preferences)
        case .form: PageContent(words.subscribe)
        case .survey, .surveyDone: PageContent(words.surveyThanks)
        }
    }

    private static func unsubscribe(_ words: Wording, topic: String?) -> PageContent {
        var buttons = [
            PageForm.Button(
                label: topic == nil ? words.unsubscribe : words.unsubscribeAll, name: "from",
                value: "everything")
        ]
        if topic != nil {
            buttons.insert(
                .init(label: words.unsubscribe, name: "from", value: "topic"), at: 0)
        }
        return PageContent(
            topic.map(words.unsubscribeFrom) ?? words.unsubscribeAsk,
            [
                .text(words.unsubscribeHow), .text(words.unsubscribeByAccident),
                .form(PageForm(buttons: buttons)),
            ])
    }

    private static func unsubscribed(_ words: Wording, topic: String?) -> PageContent {
        PageContent(
            words.unsubscribed,
            [.text(topic.map(words.unsubscribedFrom) ?? words.unsubscribedAll)]
                + [.text(words.onItsWay)])
    }
}
