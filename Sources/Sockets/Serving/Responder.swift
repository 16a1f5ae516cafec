import HTTP
import Synchronization

/// The one chance to answer one request, from any thread, now or later.
///
/// Letting go of it without an answer answers 500, so that no connection waits for ever.
package final class Responder: Sendable {
    package let peer: Peer
    /// The body as it arrives, when `BodyRule.stream` was chosen; else it is in the request.
    package let body: RequestBody?
    private let isAnswered = Atomic(false)
    private let connection: ConnectionHandle

    init(peer: Peer, body: RequestBody?, connection: ConnectionHandle) {
        self.peer = peer
        self.body = body
        self.connection = connection
    }

    deinit {
        respond(HTTPResponse(500, text: "The request was not answered.\n"))
    }

    /// Answers. Only the first answer counts; false for any further.
    @discardableResult
    package func respond(_ response: HTTPResponse) -> Bool {
        guard claim() else { return false }
        connection.respond(response)
        return true
    }

    /// Answers with a body that is written bit by bit; the head's own body is left out. Nil when an
    /// answer was given already.
    package func stream(_ head: HTTPResponse) -> ResponseStream? {
        guard claim() else { return nil }
        return connection.stream(head)
    }

    private func claim() -> Bool {
        isAnswered.compareExchange(
            expected: false, desired: true, ordering: .acquiringAndReleasing
        ).exchanged
    }
}
