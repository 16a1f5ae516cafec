import HTTP

/// A client that sends one request at a time and waits for its answer, over TCP or a UNIX socket.
/// For `maildctl` and tests; it speaks to our own daemon, follows no redirect and keeps no cookie.
/// One thread uses a client; the connection is kept between requests.
package final class HTTPClient {
    package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// Nobody is there.
        case unreachable(SocketStream.Failure)
        /// The connection broke, or a step took too long.
        case broken(SocketStream.Failure)
        /// The answer is not HTTP.
        case malformed(HTTPFailure)
        /// The method, target or a field cannot be written.
        case unwritable

        package var description: String {
            switch self {
            case .unreachable(let failure), .broken(let failure): failure.description
            case .malformed(let failure): "the answer cannot be read: \(failure.reason)"
            case .unwritable: "the request holds a character it must not"
            }
        }
    }

    /// A request's body.
    package enum Body {
        case none
        case bytes([UInt8])
        /// Pieces until nil, sent in chunks.
        case pieces(() -> [UInt8]?)
    }

    package let endpoint: Endpoint
    private let milliseconds: Int64
    private let limits: HTTPLimits
    private var stream: SocketStream?

    /// Each step (connect, a write, a read) may take `milliseconds`; an answer's body may have
    /// `bodyLimit` octets, a streamed one any number.
    package init(
        _ endpoint: Endpoint, milliseconds: Int64 = 30_000, bodyLimit: Int = 64 * 1024 * 1024
    ) {
        self.endpoint = endpoint
        self.milliseconds = milliseconds
        limits = HTTPLimits(headBytes: 64 * 1024, fields: 200, bodyBytes: bodyLimit)
    }

    /// Sends a request and waits for the whole answer.
    package func send(
        _ method: HTTPMethod, _ target: String, headers: HeaderFields = [:], body: Body = .none
    ) throws(Failure) -> HTTPResponse {
        var collected: [UInt8] = []
        var response = try stream(method, target, headers: headers, body: body, limits) {
            _, bytes in
            collected += bytes
            return true
        }
        response.body = collected
        return response
    }

    /// Sends a request and hands on the answer's body as it comes, until `onBody` returns false. The
    /// time-out holds for the pause between two pieces. Returns the answer's head.
    package func stream(
        _ method: HTTPMethod, _ target: String, headers: HeaderFields = [:], body: Body = .none,
        onBody: (HTTPResponse, [UInt8]) -> Bool
    ) throws(Failure) -> HTTPResponse {
        var unlimited = limits
        unlimited.bodyBytes = .max
        return try stream(method, target, headers: headers, body: body, unlimited, onBody: onBody)
    }

    private func stream(
        _ method: HTTPMethod, _ target: String, headers: HeaderFields, body: Body,
        _ limits: HTTPLimits, onBody: (HTTPResponse, [UInt8]) -> Bool
    ) throws(Failure) -> HTTPResponse {
        let head = try head(method, target, headers, body)
        let stream = try connection()
        // Kept again only when the answer was read to its end.
        self.stream = nil
        do throws(SocketStream.Failure) {
            try write(head, body, stream)
        } catch {
            // A server that refuses a body answers and closes before it has read everything.
            if case .timedOut = error { throw .broken(error) }
        }
        let (response, isReusable) = try answer(method, stream, limits, onBody)
        if isReusable { self.stream = stream }
        return response
    }

    private func connection() throws(Failure) -> SocketStream {
        if let stream, !stream.isStale { return stream }
        do throws(SocketStream.Failure) {
            return try SocketStream(endpoint, milliseconds: milliseconds)
        } catch {
            throw .unreachable(error)
        }
    }

    private func head(
        _ method: HTTPMethod, _ target: String, _ headers: HeaderFields, _ body: Body
    ) throws(Failure) -> [UInt8] {
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), headers.firstUnwritable == nil
        else { throw .unwritable }
        var lines = ["\(method) \(target) HTTP/1.1"]
        if headers["host"] == nil {
            switch endpoint {
            case .tcp: lines.append("host: \(endpoint)")
            case .unix: lines.append("host: maild")
            }
        }
        lines += headers.fields.map { "\($0.name): \($0.value)" }
        switch body {
        case .none: break
        case .bytes(let bytes): lines.append("content-length: \(bytes.count)")
        case .pieces: lines.append("transfer-encoding: chunked")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private func write(
        _ head: [UInt8], _ body: Body, _ stream: SocketStream
    ) throws(SocketStream.Failure) {
        switch body {
        case .none: try stream.write(head)
        case .bytes(let bytes): try stream.write(head + bytes)
        case .pieces(let next):
            try stream.write(head)
            while let piece = next() { try stream.write(ChunkedCoding.chunk(piece)) }
            try stream.write(ChunkedCoding.end)
        }
    }

    private func answer(
        _ method: HTTPMethod, _ stream: SocketStream, _ limits: HTTPLimits,
        _ onBody: (HTTPResponse, [UInt8]) -> Bool
    ) throws(Failure) -> (HTTPResponse, isReusable: Bool) {
        var parser = ResponseParser(limits: limits)
        parser.expect(answerTo: method)
        var response: HTTPResponse?
        var isReusable = false
        while true {
            switch parser.next() {
            case .needMore:
                do throws(SocketStream.Failure) {
                    let bytes = try stream.read()
                    if bytes.isEmpty { parser.close() } else { parser.append(bytes) }
                } catch {
                    throw .broken(error)
                }
            case .head(let head, _, let keepsAlive):
                response = head
                isReusable = keepsAlive
            case .body(let bytes):
                if let response, !onBody(response, bytes) { return (response, false) }
            case .end:
                if let response { return (response, isReusable) }
            case .failure(let failure): throw .malformed(failure)
            }
        }
    }
}
