/// What the demo saw from outside, gathered before anything is judged.
struct Evidence: Sendable {
    /// One profile as `maildctl profile show` tells it.
    struct Profile: Hashable, Sendable {
        var status = ""
        var travelClicks: Int?
        var carsClicks: Int?
        var tags: Set<String> = []
    }

    /// What the import answered.
    struct Import: Hashable, Sendable {
        var added = 0
        /// The lines of the rows that were not taken.
        var refusedLines: [Int] = []
    }

    /// What the marketers' folder showed.
    struct Folder: Hashable, Sendable {
        /// Whether the newsletter waited for its release although it was whole and valid.
        var waitedForRelease = false
        /// What `Previews/broken.error.txt` says about a broken template.
        var error = ""
        var hasPreview = false
    }

    var people: [Person]
    /// The mail that arrived: by mailing, then by recipient.
    var mail: [String: [String: [ArrivedMail]]] = [:]
    /// Recipients in the sink's record, by Message-ID.
    var recorded: [String: [String]] = [:]
    /// What the ledger counts: by mailing, then by state.
    var ledger: [String: [String: Int]] = [:]
    var imported = Import()
    var folder = Folder()
    /// Answers of the public endpoint.
    var answers = Crowd.Answers()
    var profiles: [String: Profile] = [:]
    /// Requests to the control socket that were answered as they should be, and the others.
    var controlAnswers = (good: 0, bad: 0)
    /// Whether SIGTERM ended the daemon with 0; nil when it was left running.
    var stopped: Bool?
    /// Scheme, host and port of the public endpoint.
    var publicURL: String
}

extension Evidence {
    /// The names of the samples.
    static let first = "autumn"
    static let second = "winter"
    static let offer = "travel-offer"

    /// Whoever got a mailing.
    func recipients(of mailing: String) -> Set<String> { Set(mail[mailing, default: [:]].keys) }

    /// The addresses of those who belong.
    func addresses(_ belongs: (Persona) -> Bool) -> Set<String> {
        Set(people.filter { belongs($0.persona) }.map(\.email))
    }

    /// Every message that arrived.
    var allMail: [ArrivedMail] { mail.values.flatMap(\.values).flatMap { $0 } }

    func count(_ mailing: String, _ state: String) -> Int { ledger[mailing]?[state] ?? 0 }
}
