/// Why a message cannot be read. The connection it came on is not usable any more: answer with
/// `status` (for a request) and close.
package struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package var status: HTTPStatus
    /// What is wrong, without the bytes in question.
    package var reason: String

    package init(_ status: HTTPStatus, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    package var description: String { "\(status.code): \(reason)" }

    static func bad(_ reason: String) -> Self { Self(400, reason) }
}
