/// An answer with its whole body.
package struct HTTPResponse: Hashable, Sendable {
    package var status: HTTPStatus
    package var headers: HeaderFields
    package var body: [UInt8]

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
}
