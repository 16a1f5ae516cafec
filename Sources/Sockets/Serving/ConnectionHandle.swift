import HTTP
import Threads

/// One request of a connection, as other threads may hold it.
struct ConnectionHandle: Sendable {
    let loop: EventLoop
    let connection: HTTPConnection
    /// Which of the connection's requests this is.
    let serial: UInt64
    let streamBytes: Int

    func respond(_ response: HTTPResponse) {
        if connection.core.mayAnswerAtOnce { return connection.answer(serial, response) }
        loop.post { [connection, serial] in connection.answer(serial, response) }
    }

    func stream(_ head: HTTPResponse) -> ResponseStream {
        let stream = ResponseStream(capacity: streamBytes) { [self] piece in
            loop.post { [connection, serial] in connection.deliver(serial, piece) }
        }
        let isTaken = loop.post { [connection, serial, weak stream] in
            connection.beginStream(serial, head, stream)
        }
        if !isTaken { stream.close() }
        return stream
    }
}
