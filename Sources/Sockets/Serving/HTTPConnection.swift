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
    static let lingerMilliseconds: Int64 = 2000

    let core: HTTPServerCore
    let peer: Peer
    /// The address this connection counts for; nil when it is not counted.
    let addressKey: AddressKey?
    private(set) var descriptor: Descriptor?
    private var interest: EventLoop.Events = .read
    var phase = Phase.idle
    var deadline = MonotonicTime.distantFuture

    var parser: RequestParser
    private var request: HTTPRequest?
    var exchange: Exchange?
    var serial: UInt64 = 0
    var inputEnded = false

    var output: [UInt8] = []
    var written = 0
    var closesAfterAnswer = false

    init(core: HTTPServerCore, descriptor: Descriptor, peer: Peer, addressKey: AddressKey?) {
        self.core = core
        self.descriptor = descriptor
        self.peer = peer
        self.addressKey = addressKey
        parser = RequestParser(limits: core.options.limits)
    }

    var options: HTTPServerOptions { core.options }

    func setDeadline(_ milliseconds: Int64) {
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
    func advance() {
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
        let standard = BodyRule.collect(limit: options.limits.bodyBytes)
        let rule = request.framing == .none ? standard : options.bodyRule?(request) ?? standard
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
        guard request.framing != .none else { return }
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

    func updateInterest() {
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
