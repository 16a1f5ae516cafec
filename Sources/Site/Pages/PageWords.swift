/// What the built-in pages say.
struct PageWords {
    var title: String
    var paragraphs: [String]
    /// The primary button first.
    var buttons: [Button] = []

    struct Button {
        var label: String
        /// Sent as `from`.
        var value: String
    }

    /// `topic` is the label of the mailing's topic; nil when it has none.
    init(_ kind: PageKind, _ language: PageLanguage, topic: String?) {
        switch language {
        case .en: self = Self.english(kind, topic)
        case .de: self = Self.german(kind, topic)
        }
    }

    private init(_ title: String, _ paragraphs: [String], _ buttons: [Button] = []) {
        self.title = title
        self.paragraphs = paragraphs
        self.buttons = buttons
    }

    private static func english(_ kind: PageKind, _ topic: String?) -> PageWords {
        let everything = Button(label: "Unsubscribe from all newsletters", value: "everything")
        switch kind {
        case .unsubscribe:
            return PageWords(
                topic.map { "Unsubscribe from “\($0)”?" } ?? "Unsubscribe?",
                [
                    "Press the button and you will get no more of it. It takes effect at once.",
                    "Came here by accident? Just close this page: nothing has changed.",
                ],
                topic.map { _ in
                    [Button(label: "Unsubscribe", value: "topic"), everything]
                } ?? [Button(label: "Unsubscribe", value: "everything")])
        case .preferences:
            return PageWords(
                "Your choices",
                ["What may we send you? Nothing changes until you press a button."],
                (topic.map { [Button(label: "Stop “\($0)”", value: "topic")] } ?? []) + [everything]
            )
        case .unsubscribeDone:
            return PageWords(
                "You are unsubscribed",
                [
                    topic.map { "You will get no more of “\($0)”." }
                        ?? "You will get no more newsletters from us.",
                    "A message that was already on its way may still arrive.",
                ])
        case .notFound:
            return PageWords(
                "Page not found",
                ["There is nothing at this address. Was the link copied whole from the message?"])
        case .gone:
            return PageWords(
                "This link has expired",
                ["The message it came from is too old. Please use a link from a newer one."])
        case .busy:
            return PageWords(
                "Please try again",
                ["We could not do that just now. Please try again in a minute."])
        }
    }

    private static func german(_ kind: PageKind, _ topic: String?) -> PageWords {
        let everything = Button(label: "Alle Newsletter abbestellen", value: "everything")
        switch kind {
        case .unsubscribe:
            return PageWords(
                topic.map { "„\($0)“ abbestellen?" } ?? "Abbestellen?",
                [
                    "Mit einem Klick auf den Knopf bekommen Sie nichts mehr davon. "
                        + "Das gilt sofort.",
                    "Aus Versehen hier? Schließen Sie die Seite: Es hat sich nichts geändert.",
                ],
                topic.map { _ in
                    [Button(label: "Abbestellen", value: "topic"), everything]
                } ?? [Button(label: "Abbestellen", value: "everything")])
        case .preferences:
            return PageWords(
                "Ihre Auswahl",
                ["Was dürfen wir Ihnen schicken? Erst ein Klick auf einen Knopf ändert etwas."],
                (topic.map { [Button(label: "„\($0)“ abbestellen", value: "topic")] } ?? [])
                    + [everything])
        case .unsubscribeDone:
            return PageWords(
                "Sie sind abgemeldet",
                [
                    topic.map { "Sie bekommen „\($0)“ nicht mehr." }
                        ?? "Sie bekommen keine Newsletter mehr von uns.",
                    "Was schon unterwegs war, kann noch eintreffen.",
                ])
        case .notFound:
            return PageWords(
                "Seite nicht gefunden",
                [
                    "Unter dieser Adresse gibt es nichts. "
                        + "Wurde der Link vollständig aus der Nachricht kopiert?"
                ])
        case .gone:
            return PageWords(
                "Dieser Link ist abgelaufen",
                ["Die Nachricht dazu ist zu alt. Bitte nehmen Sie einen Link aus einer neueren."])
        case .busy:
            return PageWords(
                "Bitte noch einmal versuchen",
                ["Das ging gerade nicht. Bitte versuchen Sie es in einer Minute noch einmal."])
        }
    }
}
