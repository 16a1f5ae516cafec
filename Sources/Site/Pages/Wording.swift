/// What the built-in pages say in one language. A text that holds a name is a function of it.
struct Wording: Sendable {
    typealias Filled = @Sendable (String) -> String

    // MARK: Unsubscribing
    var unsubscribeAsk: String
    var unsubscribeFrom: Filled
    var unsubscribeHow: String
    var unsubscribeByAccident: String
    var unsubscribe: String
    var unsubscribeAll: String
    var unsubscribed: String
    var unsubscribedFrom: Filled
    var unsubscribedAll: String
    var onItsWay: String
    var undo: String
    var undone: String
    var undoneText: String
    var choices: String

    // MARK: Preferences
    var preferences: String
    var preferencesHow: String
    var saved: String
    var statusUnsubscribed: String
    var statusUnconfirmed: String
    var statusComplained: String
    var topics: String
    var frequency: String
    var frequencies: [PageForm.Option]
    var pause: String
    var pauseHint: String
    var pausedUntil: Filled
    var pauses: [PageForm.Option]
    var language: String
    var tracking: String
    var untracked: String
    var untrackedNote: String
    var aboutYou: String
    var save: String
    var leaveAll: String
    var leaveAllText: String
    var yourData: String
    var yourDataHow: String
    var address: String
    var status: String
    var statuses: [String: String]
    var since: String
    var subscriptions: String
    var history: String
    var changes: [String: String]
    var noHistory: String
    var back: String
    var yes: String
    var no: String
    var notSaid: String

    // MARK: Forms
    var email: String
    var emailHint: String
    var whatToGet: String
    var formHow: String
    var subscribe: String
    var leaveEmpty: String
    var sent: String
    var sentText: String
    var sentHint: String
    var confirm: String
    var confirmFor: Filled
    var confirmHow: String
    var confirmButton: String
    var confirmed: String
    var confirmedText: String
    var goOn: Filled
    var wrong: String
    var wrongEmail: String
    var wrongTopics: String
    var wrongChoice: String
    var wrongNumber: String
    var wrongDate: String
    var wrongLength: String
    var missing: String
    var tooOld: String
    var formOnce: String

    // MARK: Surveys
    var surveySend: String
    var surveyHint: String
    var surveyMissing: String
    var surveyThanks: String
    var surveyTaken: String
    var surveyAgain: String

    // MARK: What does not work
    var notFound: String
    var notFoundText: String
    var gone: String
    var goneText: String
    var linkOver: String
    var linkOverText: String
    var busy: String
    var busyText: String

    static func of(_ language: PageLanguage) -> Wording {
        switch language {
        case .en: english
        case .de: german
        }
    }
}
