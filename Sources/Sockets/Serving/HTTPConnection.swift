internal import CLinux
internal import Glibc
import HTTP
import Synchronization
import Threads

/// One connection of the server: reads a request, hands it over, writes the answer, and only then
/// looks at the next, so that answers keep the order of pipelined requests.
///
/// @unchecked: touched by the loop's thread only; handles of it travel through `EventLoop.post`.
final class HTTPConnection: EventHandler, @unchecked Sendable {
    enum Phase {
        /// No octet of the next request is here.
        case idle
        case head
        /// The body of `request` is being read.
        case collecting
        /// The handler has the request; a streamed body may still arrive.
        case handling
        /// The answer's body is being written bit by bit.
        case streaming
        /// The last of the answer is being written.
        case answering
        /// We have said all; what the client still sends is dropped, so that a reset does not
        /// destroy the answer on its way (RFC 9112 §9.6).
        case lingering
        case closed
    }

    /// What must be known of a request once its handler has it.
    struct Exchange {
        var framing: HTTPResponse.Framing
        var minorVersion: Int
        /// Streamed by the handler.
        var body: RequestBody?
        var hasWholeBody: Bool
        /// The reader is behind: nothing more is taken from the socket.
        var isBodyFull = false
        weak var stream: ResponseStream?
        /// Octets of the stream in `output`.
        var streamPending = 0
    }

    /// Unread octets of later requests that one connection may have waiting.
    private static let pipelineBytes = 64 * 1024
    private static let lingerMilliseconds: Int64 = 2000

    let core: HTTPServerCore
    let peer: Peer
    /// The address this connection counts for; nil when it is not counted.
    let addressKey: AddressKey?
    private(set) var descriptor: Descriptor?
    private var interest: EventLoop.Events = .read
    private(set) var phase = Phase.idle
    private var deadline = MonotonicTime.distantFuture

    private var parser: RequestParser
    private var request: HTTPRequest?
    private var exchange: Exchange?
    private var serial: UInt64 = 0
    private var inputEnded = false

    private var output: [UInt8] = []
    private var written = 0
    private var closesAfterAnswer = false

    init(core: HTTPServerCore, descriptor: Descriptor, peer: Peer, addressKey: AddressKey?) {
        self.core = core
        self.descriptor = descriptor
        self.peer = peer
        self.addressKey = addressKey
        parser = RequestParser(limits: core.options.limits)
    }

    private var options: HTTPServerOptions { core.options }

    private func setDeadline(_ milliseconds: Int64) {
        deadline = .after(milliseconds: milliseconds)
    }

    /// Begins; false when the descriptor cannot be watched.
    func open() -> Bool {
        guard let descriptor, core.loop.add(descriptor.number, interest, self) else { return false }
        setDeadline(options.idleMilliseconds)
        return true
    }

    /// Answers before anything is read, and closes.
    func refuse(_ response: HTTPResponse) {
        exchange = Exchange(framing: .init(), minorVersion: 1, hasWholeBody: false)
        phase = .handling
        write(response)
    }

    func close() {
        guard let descriptor, phase != .closed else { return }
        phase = .closed
        core.loop.remove(descriptor.number)
        self.descriptor = nil
        exchange?.body?.breakOff()
        exchange?.stream?.close()
        exchange = nil
        output = []
        core.closed(self)
    }

    // MARK: Reading

    func ready(_ events: EventLoop.Events) {
        if events.contains(.write) { flush() }
        if interest.contains(.read), !events.isDisjoint(with: [.read, .gone]) { receive() }
        if !events.isDisjoint(with: .gone), inputEnded || !interest.contains(.read) { close() }
    }

    private func receive() {
        guard let descriptor, !inputEnded else { return }
        let count = core.scratch.withUnsafeMutableBytes {
            recv(descriptor.number, $0.baseAddress, $0.count, 0)
        }
        if count > 0 {
            guard phase != .lingering else { return }
            parser.append(core.scratch[..<count])
            if phase == .idle {
                phase = .head
                setDeadline(options.headMilliseconds)
            }
            advance()
        } else if count == 0 {
            inputEnded = true
            endInput()
        } else if errno != EAGAIN && errno != EINTR {
            close()
        }
    }

    /// The client will send nothing more. An answer under way is still written.
    private func endInput() {
        switch phase {
        case .idle, .head, .collecting, .streaming, .lingering, .closed: close()
        case .handling:
            if exchange?.hasWholeBody == false { exchange?.body?.breakOff() }
            updateInterest()
        case .answering: updateInterest()
        }
    }

    /// Reads on in what has arrived until more is needed or a request is in the handler's hands.
    private func advance() {
        while isReading {
            switch parser.next() {
            case .needMore:
                if inputEnded && phase != .handling { return close() }
                if phase == .head && parser.isBetweenRequests { rest() }
                return updateInterest()
            case .head(let request): begin(request)
            case .body(let bytes): take(bytes)
            case .end: end()
            case .failure(let failure): fail(failure)
            }
        }
        updateInterest()
    }

    private var isReading: Bool {
        switch phase {
        case .idle, .head, .collecting: true
        case .handling:
            exchange.map { $0.body != nil && !$0.hasWholeBody && !$0.isBodyFull } ?? false
        default: false
        }
    }

    private func rest() {
        phase = .idle
        setDeadline(options.idleMilliseconds)
        if core.isDraining { close() }
    }

    private func begin(_ request: HTTPRequest) {
        let rule = request.framing == .none ? .collect(limit: 0) : options.bodyRule(request)
        setDeadline(options.bodyMilliseconds)
        switch rule {
        case .collect(let limit):
            parser.bodyLimit = limit
            invite(request, limit: limit)
            self.request = request
            phase = .collecting
        case .stream(let limit):
            parser.bodyLimit = limit
            invite(request, limit: limit)
            let body = RequestBody(capacity: options.streamBytes) { [weak self, loop = core.loop] in
                loop.post { [weak self] in self?.resumeBody() }
            }
            hand(over: request, body: body)
        case .refuse(let response):
            serial &+= 1
            exchange = Exchange(
                framing: .init(toHead: request.method == .head), minorVersion: request.minorVersion,
                hasWholeBody: false)
            phase = .handling
            write(response)
        }
    }

    /// Asks for a body that the client holds back, unless it has begun or is too large anyway.
    private func invite(_ request: HTTPRequest, limit: Int) {
        if case .length(let length) = request.framing, length > limit { return }
        guard request.expectsContinue, parser.bufferedBytes == 0 else { return }
        output += HTTPResponse.continue
        flush()
    }

    private func take(_ bytes: [UInt8]) {
        if let body = exchange?.body {
            let hasRoom = body.push(bytes)
            exchange?.isBodyFull = !hasRoom
            deadline = hasRoom ? .after(milliseconds: options.bodyMilliseconds) : .distantFuture
        } else {
            request?.body.append(contentsOf: bytes)
        }
    }

    private func resumeBody() {
        guard phase == .handling, exchange?.isBodyFull == true else { return }
        exchange?.isBodyFull = false
        setDeadline(options.bodyMilliseconds)
        advance()
    }

    private func end() {
        if let body = exchange?.body {
            exchange?.hasWholeBody = true
            deadline = .distantFuture
            body.finish()
        } else if let request {
            self.request = nil
            hand(over: request, body: nil)
        }
    }

    private func hand(over request: HTTPRequest, body: RequestBody?) {
        serial &+= 1
        exchange = Exchange(
            framing: .init(toHead: request.method == .head, keepsAlive: request.keepsAlive),
            minorVersion: request.minorVersion, body: body, hasWholeBody: body == nil)
        phase = .handling
        if body == nil { deadline = .distantFuture }
        let handle = ConnectionHandle(
            loop: core.loop, connection: self, serial: serial, streamBytes: options.streamBytes)
        core.figures.requests.add(1, ordering: .relaxed)
        core.handler(request, Responder(peer: peer, body: body, connection: handle))
    }

    /// The request cannot be read. A handler that streams its body hears of it there.
    private func fail(_ failure: HTTPFailure) {
        if let body = exchange?.body {
            body.breakOff()
            exchange?.isBodyFull = true
            exchange?.framing.keepsAlive = false
            deadline = .distantFuture
            return
        }
        request = nil
        refuse(HTTPResponse(failure.status, text: "\(failure.reason)\n"))
    }

    // MARK: Writing

    func answer(_ serial: UInt64, _ response: HTTPResponse) {
        guard serial == self.serial, phase == .handling else { return }
        write(response)
    }

    private func write(_ response: HTTPResponse) {
        guard let framing = settleFraming() else { return }
        let bytes =
            (try? response.serialized(framing))
            ?? (try? HTTPResponse(500, text: "The answer could not be written.\n")
                .serialized(framing)) ?? []
        output += bytes
        phase = .answering
        setDeadline(options.bodyMilliseconds)
        flush()
    }

    /// Decides whether the connection survives this answer.
    private func settleFraming() -> HTTPResponse.Framing? {
        guard var framing = exchange?.framing, let hasWholeBody = exchange?.hasWholeBody else {
            return nil
        }
        let isLast = inputEnded && parser.isBetweenRequests
        framing.keepsAlive = framing.keepsAlive && hasWholeBody && !isLast && !core.isDraining
        framing.date = core.date()
        closesAfterAnswer = !framing.keepsAlive
        return framing
    }

    func beginStream(_ serial: UInt64, _ head: HTTPResponse, _ stream: ResponseStream?) {
        guard serial == self.serial, phase == .handling, let minor = exchange?.minorVersion else {
            stream?.close()
            return
        }
        // HTTP/1.0 knows no chunks: the end of the connection ends the body.
        if minor == 0 { exchange?.framing.keepsAlive = false }
        guard let framing = settleFraming(), let bytes = try? head.serializedChunkedHead(framing)
        else {
            stream?.close()
            return write(HTTPResponse(500, text: "The answer could not be written.\n"))
        }
        output += minor == 0 ? Self.withoutCoding(bytes) : bytes
        exchange?.stream = stream
        phase = .streaming
        deadline = .distantFuture
        if framing.toHead || head.status.forbidsBody {
            stream?.close()
            phase = .answering
        }
        if inputEnded { return close() }
        flush()
    }

    private static func withoutCoding(_ head: [UInt8]) -> [UInt8] {
        let text = String(decoding: head, as: UTF8.self)
        return Array(
            text.split(separator: "\r\n", omittingEmptySubsequences: false)
                .filter { $0 != "transfer-encoding: chunked" }.joined(separator: "\r\n").utf8)
    }

    func deliver(_ serial: UInt64, _ piece: ResponseStream.Piece) {
        guard serial == self.serial, phase == .streaming, let exchange else { return }
        let isChunked = exchange.minorVersion > 0
        switch piece {
        case .bytes(let bytes):
            if written == output.count { setDeadline(options.bodyMilliseconds) }
            output += isChunked ? ChunkedCoding.chunk(bytes) : bytes
            self.exchange?.streamPending += bytes.count
        case .end:
            if isChunked { output += ChunkedCoding.end }
            phase = .answering
            setDeadline(options.bodyMilliseconds)
        case .cut: return close()
        }
        flush()
    }

    private func flush() {
        while written < output.count {
            guard let descriptor else { return }
            let count = output.withUnsafeBytes {
                maild_send(descriptor.number, $0.baseAddress! + written, $0.count - written)
            }
            if count < 0 {
                guard errno == EAGAIN || errno == EINTR else { return close() }
                return updateInterest()
            }
            written += count
            if phase == .streaming || phase == .answering { setDeadline(options.bodyMilliseconds) }
        }
        output.removeAll(keepingCapacity: output.capacity <= 4096)
        written = 0
        updateInterest()
        switch phase {
        case .streaming:
            deadline = .distantFuture
            if let pending = exchange?.streamPending, pending > 0 {
                exchange?.streamPending = 0
                exchange?.stream?.taken(pending)
            }
        case .answering: finishExchange()
        default: break
        }
    }

    private func finishExchange() {
        exchange?.body?.breakOff()
        exchange = nil
        guard !closesAfterAnswer else { return linger() }
        phase = .head
        setDeadline(options.headMilliseconds)
        advance()
    }

    private func linger() {
        guard let descriptor, !inputEnded else { return close() }
        phase = .lingering
        setDeadline(Self.lingerMilliseconds)
        _ = shutdown(descriptor.number, Int32(SHUT_WR))
        updateInterest()
    }

    private func updateInterest() {
        guard let descriptor, phase != .closed else { return }
        var wanted: EventLoop.Events = []
        let mayPipeline = isReading || parser.bufferedBytes < Self.pipelineBytes
        let isBodyFull = exchange?.isBodyFull ?? false
        if !inputEnded, phase == .lingering || mayPipeline && !isBodyFull { wanted.insert(.read) }
        if written < output.count { wanted.insert(.write) }
        guard wanted != interest else { return }
        interest = wanted
        core.loop.change(descriptor.number, wanted)
    }

    // MARK: Time

    func checkDeadline(_ now: MonotonicTime) {
        guard now >= deadline else { return }
        switch phase {
        case .head, .collecting:
            request = nil
            refuse(HTTPResponse(408, text: "The request took too long.\n"))
        case .handling:
            deadline = .distantFuture
            exchange?.body?.breakOff()
            exchange?.framing.keepsAlive = false
        case .idle, .streaming, .answering, .lingering, .closed: close()
        }
    }

    /// Nothing new is begun on this connection.
    func drain() {
        if phase == .idle { close() }
    }
}
