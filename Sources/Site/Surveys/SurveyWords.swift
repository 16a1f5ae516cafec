/// What a survey's page says besides the question.
struct SurveyWords {
    var send: String
    var hint: String
    var missing: String
    var thanksTitle: String
    var thanks: String
    var again: String

    init(_ language: PageLanguage) {
        switch language {
        case .en:
            send = "Send answer"
            hint = "Nothing is sent until you press the button."
            missing = "Please give an answer first."
            thanksTitle = "Thank you"
            thanks = "Your answer has been received."
            again = "You can change it by answering once more."
        case .de:
            send = "Antwort senden"
            hint = "Erst mit dem Knopf wird etwas gesendet."
            missing = "Bitte geben Sie zuerst eine Antwort."
            thanksTitle = "Vielen Dank"
            thanks = "Ihre Antwort ist angekommen."
            again = "Sie können sie ändern, indem Sie noch einmal antworten."
        }
    }
}
