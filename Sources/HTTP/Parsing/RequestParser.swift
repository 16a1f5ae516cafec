/// Reads requests from the octets of one connection, strictly (RFC 9112); pure and incremental.
///
/// Feed it with `append` and ask with `next` until `needMore`. For each request come one `head`,
/// any number of `body` pieces, one `end`. Octets behind a request (pipelining) stay for the next.
/// After a `failure` nothing else comes: the two sides may disagree on where messages begin, so the
/// connection must be closed.
///
/// Deviations: an unknown or repeated transfer coding is 400 instead of 501 (§6.1: SHOULD), since
/// only smugglers send one; identical duplicates of Content-Length are refused (§6.3 allows either);
/// CONNECT has no meaning here and its target form is refused.
package struct RequestParser: Sendable {
    package enum Event: Equatable, Sendable {
        case needMore
        /// The body, when `framing` says that there is one, follows.
        case head(HTTPRequest)
        case body([UInt8])
        case end
        case failure(HTTPFailure)
    }

    private enum State: Sendable {
        /// Before the request line; one empty line has been skipped or not (§2.2).
        case start(skippedLine: Bool)
        case fields(RequestLine, FieldSection)
        case body(BodyDecoder)
        case failed(HTTPFailure)
    }

    /// The most octets of the body that follows; reset to the limit of `limits` at each head, so it
    /// can be set for one request when its head is known.
    package var bodyLimit: Int

    private let limits: HTTPLimits
    private var input = InputBuffer()
    private var state = State.start(skippedLine: false)

    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        bodyLimit = limits.bodyBytes
    }

    /// Octets that have arrived and are not yet read.
    package var bufferedBytes: Int { input.count }

    /// No octet of a further request has arrived: the connection may be closed without loss.
    package var isBetweenRequests: Bool {
        if case .start = state { input.count == 0 } else { false }
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        input.append(bytes)
    }

    package mutating func append(_ bytes: [UInt8]) {
        input.append(bytes[...])
    }

    package mutating func next() -> Event {
        do throws(HTTPFailure) {
            return try step()
        } catch {
            state = .failed(error)
            return .failure(error)
        }
    }

    private mutating func step() throws(HTTPFailure) -> Event {
        while true {
            switch state {
            case .failed(let failure): throw failure
            case .start(let skippedLine):
                guard let line = try requestLine(skippedLine: skippedLine) else { return .needMore }
                state = .fields(
                    line,
                    FieldSection(
                        bytesLeft: limits.headBytes - line.bytes, fieldLimit: limits.fields))
            case .fields(let line, var section):
                // Taken out of the state so that the section is not copied at every line.
                state = .start(skippedLine: false)
                let headers = try section.read(&input)
                guard let headers else {
                    state = .fields(line, section)
                    return .needMore
                }
                let request = try line.request(headers)
                bodyLimit = limits.bodyBytes
                state = .body(BodyDecoder(request.framing, limits: limits))
                return .head(request)
            case .body(var decoder):
                let step = try decoder.next(&input, limit: bodyLimit)
                state = step == .end ? .start(skippedLine: false) : .body(decoder)
                switch step {
                case .needMore: return .needMore
                case .bytes(let bytes): return .body(bytes)
                case .end: return .end
                }
            }
        }
    }

    private mutating func requestLine(skippedLine: Bool) throws(HTTPFailure) -> RequestLine? {
        // What cannot begin a method is refused at once, not when a line end happens to come: TLS
        // spoken to this port, for one.
        if let first = input.first, !isTokenByte(first) {
            guard first == 0x0D, !skippedLine else {
                throw .bad("this is not an HTTP request")
            }
            guard let skipped = input.skipLineEnd() else { return nil }
            guard skipped else { throw .bad("this is not an HTTP request") }
            state = .start(skippedLine: true)
            return try requestLine(skippedLine: true)
        }
        switch input.line(atMost: limits.headBytes - 2) {
        case .incomplete: return nil
        case .tooLong: throw HTTPFailure(414, "the request line is too long")
        case .bareLineFeed: throw .bad("the request line ends in a bare line feed")
        case .line(let range): return try RequestLine(input.bytes[range])
        }
    }
}
