internal import Glibc

/// One accepted connection of a sink and what is still to be written to it.
struct SinkConnection {
    let descriptor: Int32
    var session: SinkSession
    private var waiting: [SinkSession.Answer] = []
    private var outgoing: [UInt8] = []
    private var closesAfterwards = false
    private(set) var isOver = false
    /// When something was heard last, in milliseconds.
    var lastHeard: Int64 = 0

    init(descriptor: Int32, session: SinkSession) {
        self.descriptor = descriptor
        self.session = session
    }

    var wantsToWrite: Bool { !outgoing.isEmpty }

    /// When the first answer that waits may go; nil when none does.
    var due: Int64? { waiting.first?.due }

    /// Reads what has come; at the end of the stream the connection is over.
    mutating func read(
        into buffer: UnsafeMutableBufferPointer<UInt8>, _ context: inout SinkContext
    ) {
        // Not without end: the others want their turn.
        for _ in 0..<8 {
            let count = recv(
                descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0 {
                if errno != EAGAIN, errno != EINTR { isOver = true }
                return
            }
            guard count > 0 else {
                isOver = true
                return
            }
            session.read(UnsafeBufferPointer(rebasing: buffer[..<count]), &context)
            if count < buffer.count { return }
        }
    }

    /// Takes the session's answers, each held back by `latency` milliseconds.
    mutating func collect(latency: Int64) {
        for var answer in session.takeAnswers() {
            answer.due += latency
            waiting.append(answer)
        }
    }

    /// Says so much, unless something else is to be said, and closes.
    mutating func close(saying text: String) {
        guard waiting.isEmpty, outgoing.isEmpty else { return }
        outgoing = Array(text.utf8)
        closesAfterwards = true
    }

    /// Without lingering the other side sees a reset instead of an end.
    private func resetAtClose() {
        var none = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
    }

    /// Sends what is due.
    mutating func write(now: Int64) {
        var used = 0
        while used < waiting.count, waiting[used].due <= now, !closesAfterwards {
            outgoing += waiting[used].bytes
            closesAfterwards = waiting[used].closes
            if waiting[used].resets { resetAtClose() }
            used += 1
        }
        waiting.removeFirst(used)
        if !outgoing.isEmpty {
            let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
            let count = outgoing.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, flags)
            }
            if count < 0 {
                if errno != EAGAIN, errno != EINTR { isOver = true }
                return
            }
            outgoing.removeFirst(count)
        }
        if outgoing.isEmpty, closesAfterwards { isOver = true }
    }
}
