internal import HTTP
internal import Journal

/// Hits of one turn of the server: they go into the journal together, and are answered then.
struct HitTurn: Sendable {
    struct Answer: Sendable {
        var exchange: Exchange
        var response: HTTPResponse
    }

    private(set) var batch = HitBatch()
    private(set) var answers: [Answer] = []

    var isEmpty: Bool { answers.isEmpty }

    mutating func add(
        _ hit: Hit, _ exchange: Exchange, then response: HTTPResponse
    ) throws(JournalError) {
        try batch.add(hit.bytes)
        answers.append(Answer(exchange: exchange, response: response))
    }

    /// Hands over what came together.
    mutating func take() -> HitTurn {
        defer { self = HitTurn() }
        return self
    }
}
