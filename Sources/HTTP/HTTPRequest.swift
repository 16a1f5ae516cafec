/// A request as it was received. Of a message whose body is still to come, the head.
package struct HTTPRequest: Hashable, Sendable {
    package var method: HTTPMethod
    /// The path as sent, still percent-encoded, without query: begins with `/`, or is `*` (with
    /// OPTIONS). Its percent-encoding is well-formed and encodes no NUL.
    package var path: String
    /// What stands behind the first `?`, still encoded; nil when there is none.
    package var query: String?
    /// The host that is meant, in lower case, with port when one is named: of the request target
    /// when that is absolute, else of the Host field. Empty only in HTTP/1.0 without Host.
    package var authority: String
    /// 0 or 1: HTTP/1.0 or HTTP/1.1.
    package var minorVersion: Int
    package var headers: HeaderFields
    package var framing: BodyFraming
    package var body: [UInt8] = []

    package init(
        method: HTTPMethod, path: String, query: String? = nil, authority: String = "",
        minorVersion: Int = 1, headers: HeaderFields = [:], framing: BodyFraming = .none,
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.authority = authority
        self.minorVersion = minorVersion
        self.headers = headers
        self.framing = framing
        self.body = body
    }

    /// Whether the connection may be used again (RFC 9112 §9.3). HTTP/1.0 had no agreed way to say
    /// so: its connections end with the answer.
    package var keepsAlive: Bool {
        minorVersion >= 1
            && (headers["connection"] == nil || !headers.list("connection", has: "close"))
    }

    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
    package var expectsContinue: Bool {
        minorVersion >= 1 && headers["expect"]?.lowercased() == "100-continue"
    }

    /// The media type in lower case without parameters; empty when there is none.
    package var contentType: String {
        guard let value = headers["content-type"] else { return "" }
        return value.prefix { $0 != ";" }.withoutBlanks.lowercased()
    }
}

/// How the end of a body is found (RFC 9112 §6).
package enum BodyFraming: Hashable, Sendable {
    case none
    case length(Int)
    case chunked
    /// Only of an answer: up to the end of the connection.
    case untilClose
}
