/// Reads answers from the octets of one connection: the client's side of `RequestParser`.
///
/// Tell it each request's method by `expect` before its answer is read: what an answer to HEAD
/// says of its length is not followed by a body. Interim answers (1xx) are skipped.
package struct ResponseParser: Sendable {
    package enum Event: Equatable, Sendable {
        case needMore
        /// The body follows. `keepsAlive` tells whether the server leaves the connection open.
        case head(HTTPResponse, framing: BodyFraming, keepsAlive: Bool)
        case body([UInt8])
        case end
        case failure(HTTPFailure)
    }

    private enum State: Sendable {
        case start
        case fields(status: HTTPStatus, minorVersion: Int, FieldSection)
        case body(BodyDecoder)
        case failed(HTTPFailure)
    }

    private let limits: HTTPLimits
    private var input = InputBuffer()
    private var state = State.start
    private var answersHead = false
    private var closed = false

    package init(limits: HTTPLimits) {
        self.limits = limits
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        input.append(bytes)
    }

    package mutating func append(_ bytes: [UInt8]) {
        input.append(bytes[...])
    }

    /// The next answer is to a request of this method.
    package mutating func expect(answerTo method: HTTPMethod) {
        answersHead = method == .head
    }

    /// The connection has ended: what was read so far ends a body without length, and cuts off
    /// everything else, which `next` then reports as a failure.
    package mutating func close() {
        closed = true
    }

    package mutating func next() -> Event {
        do throws(HTTPFailure) {
            let event = try step()
            guard event == .needMore, closed else { return event }
            if case .body(let decoder) = state, decoder.endsAtClose {
                state = .start
                return .end
            }
            throw HTTPFailure(502, "the connection ended within the answer")
        } catch {
            state = .failed(error)
            return .failure(error)
        }
    }

    private mutating func step() throws(HTTPFailure) -> Event {
        while true {
            switch state {
            case .failed(let failure): throw failure
            case .start:
                guard let (status, minor, bytes) = try statusLine() else { return .needMore }
                state = .fields(
                    status: status, minorVersion: minor,
                    FieldSection(bytesLeft: limits.headBytes - bytes, fieldLimit: limits.fields))
            case .fields(let status, let minor, var section):
                state = .start
                guard let headers = try section.read(&input) else {
                    state = .fields(status: status, minorVersion: minor, section)
                    return .needMore
                }
                if status.code >= 100 && status.code < 200 { continue }
                let framing = try framing(status, headers)
                state = .body(BodyDecoder(framing, limits: limits))
                let keepsAlive =
                    minor >= 1 && framing != .untilClose
                    && !headers.list("connection", has: "close")
                return .head(
                    HTTPResponse(status, headers: headers), framing: framing,
                    keepsAlive: keepsAlive)
            case .body(var decoder):
                let step = try decoder.next(&input, limit: limits.bodyBytes)
                state = step == .end ? .start : .body(decoder)
                switch step {
                case .needMore: return .needMore
                case .bytes(let bytes): return .body(bytes)
                case .end: return .end
                }
            }
        }
    }

    /// `HTTP/1.x SP 3DIGIT SP [phrase]` (RFC 9112 §4); the space behind the code may be missing.
    private mutating func statusLine() throws(HTTPFailure) -> (HTTPStatus, Int, bytes: Int)? {
        let line: ArraySlice<UInt8>
        switch input.line(atMost: limits.headBytes - 2) {
        case .incomplete: return nil
        case .tooLong: throw HTTPFailure(502, "the status line is too long")
        case .bareLineFeed: throw HTTPFailure(502, "the status line ends in a bare line feed")
        case .line(let range): line = input.bytes[range]
        }
        let text = String(decoding: line, as: UTF8.self)
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0",
            parts[1].utf8.count == 3, let code = Int(parts[1]), (100...599).contains(code)
        else { throw HTTPFailure(502, "the answer is not HTTP") }
        return (HTTPStatus(code), parts[0] == "HTTP/1.1" ? 1 : 0, line.count + 2)
    }

    /// RFC 9112 §6.3, with the request side's strictness about contradictions.
    private func framing(
        _ status: HTTPStatus, _ headers: HeaderFields
    ) throws(HTTPFailure) -> BodyFraming {
        if answersHead || status.forbidsBody { return .none }
        let codings = headers.all("transfer-encoding")
        let lengths = headers.all("content-length")
        if let coding = codings.first {
            guard codings.count == 1, coding.lowercased() == "chunked", lengths.isEmpty else {
                throw HTTPFailure(502, "the answer's length is not clear")
            }
            return .chunked
        }
        guard lengths.count <= 1 else {
            throw HTTPFailure(502, "the answer's length is not clear")
        }
        return try lengths.first.map { text throws(HTTPFailure) in
            try .length(contentLength(text))
        } ?? .untilClose
    }
}
