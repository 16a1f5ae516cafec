internal import CLinux
internal import Glibc
import HTTP
import Threads

// The answer's way out: whole or bit by bit, then the next request or the end.
extension HTTPConnection {
    func answer(_ serial: UInt64, _ response: HTTPResponse) {
        guard serial == self.serial, phase == .handling else { return }
        write(response)
    }

    func write(_ response: HTTPResponse) {
        guard let framing = settleFraming() else { return }
        do throws(UnwritableField) {
            try response.write(to: &output, framing)
        } catch {
            let failed = HTTPResponse(500, text: "The answer could not be written.\n")
            try? failed.write(to: &output, framing)
        }
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

    func flush() {
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
}
