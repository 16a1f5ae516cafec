internal import Core
internal import HTTP

/// One request with all that answering it needs.
struct Exchange: Sendable {
    let request: HTTPRequest
    /// The client's address in figures; empty over a UNIX socket.
    let peer: String
    let at: Instant
    let respond: @Sendable (HTTPResponse) -> Void
    /// What the person chose, once it is known.
    private var chosenLanguage: PageLanguage?

    init(
        request: HTTPRequest, peer: String, at: Instant,
        respond: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        self.request = request
        self.peer = peer
        self.at = at
        self.respond = respond
    }

    /// In which pages answer: what the person chose, else what the browser asks for.
    var language: PageLanguage {
        get { chosenLanguage ?? PageLanguage(accepted: request.headers["accept-language"]) }
        set { chosenLanguage = newValue }
    }

    var words: Wording { Wording.of(language) }
}
