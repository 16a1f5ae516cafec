/// A status code of an answer, 100 to 599 (RFC 9110 §15).
package struct HTTPStatus: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible
{
    package let code: Int

    /// A code outside 100…599 becomes 500: a wrong number in our own code must not break framing.
    package init(_ code: Int) {
        self.code = (100...599).contains(code) ? code : 500
    }

    package init(integerLiteral value: Int) {
        self.init(value)
    }

    package var isSuccess: Bool { (200..<300).contains(code) }

    /// Informational, 204 and 304 answers have no body (RFC 9112 §6.3).
    package var forbidsBody: Bool { code < 200 || code == 204 || code == 304 }

    /// The phrase of the registry; empty for a code we never send.
    package var reason: String { Self.reasons[code] ?? "" }

    package var description: String { reason.isEmpty ? "\(code)" : "\(code) \(reason)" }

    private static let reasons: [Int: String] = [
        100: "Continue",
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content",
        301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
        307: "Temporary Redirect", 308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict",
        410: "Gone", 411: "Length Required", 413: "Content Too Large", 414: "URI Too Long",
        415: "Unsupported Media Type", 417: "Expectation Failed", 421: "Misdirected Request",
        422: "Unprocessable Content", 429: "Too Many Requests",
        431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]
}
