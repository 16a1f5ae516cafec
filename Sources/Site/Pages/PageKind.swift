/// The pages that the endpoint shows; the raw value is the name of its file in the pages' folder.
enum PageKind: String, CaseIterable, Sendable {
    case unsubscribe
    case unsubscribeDone = "unsubscribe-done"
    /// An unsubscription was taken back.
    case unsubscribeUndone = "unsubscribe-undone"
    case preferences
    /// What is stored about a person.
    case personalData = "your-data"
    /// A form with which one subscribes.
    case form
    /// The form was taken; now the mail has to be confirmed.
    case formSent = "form-sent"
    case confirm
    case confirmed
    case notFound = "not-found"
    /// The question of a survey.
    case survey
    case surveyDone = "survey-done"
    /// The mailing says that its links lead nowhere any more.
    case linkOver = "link-over"
    /// The token is ours, and what it stood for is no longer kept.
    case gone
    /// The store cannot answer now.
    case busy
}
