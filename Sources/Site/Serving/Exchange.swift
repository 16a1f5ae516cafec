internal import Core
internal import HTTP

/// One request with all that answering it needs.
struct Exchange: Sendable {
    let request: HTTPRequest
    /// The client's address in figures; empty over a UNIX socket.
    let peer: String
    let at: Instant
    let respond: @Sendable (HTTPResponse) -> Void
    /// In which pages answer: what the browser asks for, until it is known what the person chose.
    var language: PageLanguage

    init(
        request: HTTPRequest, peer: String, at: Instant,
        respond: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        self.request = request
        self.peer = peer
        self.at = at
        self.respond = respond
        language = PageLanguage(accepted: request.headers["accept-language"])
    }

    var words: Wording { Wording.of(language) }
}
