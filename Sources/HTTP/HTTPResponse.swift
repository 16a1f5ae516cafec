/// An answer with its whole body.
package struct HTTPResponse: Hashable, Sendable {
    package var status: HTTPStatus {
        didSet { writtenHead = nil }
    }
    package var headers: HeaderFields {
        didSet { writtenHead = nil }
    }
    package var body: [UInt8]
    /// Status line and fields as they are written, when `prepare` made them.
    private(set) var writtenHead: WrittenHead?

    /// What of a head depends on no connection.
    struct WrittenHead: Hashable, Sendable {
        var statusLine: [UInt8]
        var fields: [UInt8]
    }

    package init(_ status: HTTPStatus, headers: HeaderFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A text of the given media type, in UTF-8.
    package init(
        _ status: HTTPStatus, text: String, type: String = "text/plain; charset=utf-8"
    ) {
        self.init(status, headers: ["content-type": type], body: Array(text.utf8))
    }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Writes the head once, for an answer that is given often.
    package mutating func prepare() throws(UnwritableField) {
        writtenHead = try makeHead()
    }

    package static func == (a: Self, b: Self) -> Bool {
        a.status == b.status && a.headers == b.headers && a.body == b.body
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(status)
        hasher.combine(headers)
        hasher.combine(body)
    }
}
