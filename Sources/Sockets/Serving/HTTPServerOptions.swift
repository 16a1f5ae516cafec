import HTTP

/// What an HTTP server bears with. The defaults are those of the public endpoint.
package struct HTTPServerOptions: Sendable {
    package var limits = HTTPLimits()
    /// From the first octet of a request to the end of its head.
    package var headMilliseconds: Int64 = 10_000
    /// From the end of the head to the end of a collected body; of a streamed body, and of an
    /// answer, the time without any progress.
    package var bodyMilliseconds: Int64 = 30_000
    /// Without any request under way.
    package var idleMilliseconds: Int64 = 15_000
    /// Connections at once from one IPv4 address or one IPv6 /64; UNIX sockets are not counted.
    package var connectionsPerAddress = 64
    package var connections = 10_000
    /// Whether an address, in figures, counts for no cap of its own: a proxy's.
    package var isUncounted: (@Sendable (String) -> Bool)?
    /// Octets of a streamed body, in either direction, that wait in memory.
    package var streamBytes = 256 * 1024
    /// What the Retry-After field of a 503 says.
    package var retryAfterSeconds = 5
    /// The name of the thread, at most 15 octets.
    package var threadName = "http"
    /// Called on the server's thread when all that has arrived was handed over, before it waits for
    /// more: for handlers that answer several requests together. Answers given in it leave at once.
    package var afterRound: (@Sendable () -> Void)?
    /// What becomes of a request's body, decided when its head is known; nil collects every body up
    /// to the limit in `limits`.
    package var bodyRule: (@Sendable (HTTPRequest) -> BodyRule)?

    package init() {}

    /// Sets what one request may have, for whoever knows nothing else of HTTP.
    package mutating func limit(headBytes: Int, fields: Int, bodyBytes: Int) {
        limits = HTTPLimits(headBytes: headBytes, fields: fields, bodyBytes: bodyBytes)
    }

    /// How often the deadlines are looked at.
    var tickMilliseconds: Int32 {
        let shortest = min(headMilliseconds, bodyMilliseconds, idleMilliseconds)
        return Int32(clamping: max(5, min(250, shortest / 4)))
    }
}

/// What becomes of the body of one request.
package enum BodyRule: Sendable {
    /// It is read whole, up to `limit` octets, before the handler is called.
    case collect(limit: Int)
    /// The handler is called at once and reads it from `Responder.body`, up to `limit` octets.
    case stream(limit: Int)
    /// It is not read: this is the answer.
    case refuse(HTTPResponse)
}
