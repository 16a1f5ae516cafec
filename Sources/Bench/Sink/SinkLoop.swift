internal import Glibc
internal import Threads

/// The one thread of a sink.
struct SinkLoop {
    static let connectionLimit = 1000

    let options: Sink.Options
    let listener: Int32
    let wake: Int32
    var output: SinkOutput
    let shared: Monitor<Sink.Shared>
    private var connections: [SinkConnection] = []
    private var context: SinkContext
    private var accepted = 0

    init(
        options: Sink.Options, listener: Int32, wake: Int32, output: SinkOutput,
        shared: Monitor<Sink.Shared>
    ) {
        self.options = options
        self.listener = listener
        self.wake = wake
        self.output = output
        self.shared = shared
        context = SinkContext(rules: options.rules)
    }

    mutating func run() {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 262_144)
        defer { buffer.deallocate() }
        var interests: [pollfd] = []
        while takeOrders() {
            interests.removeAll(keepingCapacity: true)
            interests.append(pollfd(fd: wake, events: Int16(POLLIN), revents: 0))
            interests.append(pollfd(fd: listener, events: Int16(POLLIN), revents: 0))
            for connection in connections {
                interests.append(
                    pollfd(
                        fd: connection.descriptor,
                        events: Int16(POLLIN) | (connection.wantsToWrite ? Int16(POLLOUT) : 0),
                        revents: 0))
            }
            _ = poll(&interests, nfds_t(interests.count), pause())
            context.now = Self.clock()
            for index in connections.indices where interests[index + 2].revents != 0 {
                connections[index].read(into: buffer, &context)
                connections[index].lastHeard = context.now
            }
            if interests[1].revents != 0 { accept() }
            record()
            answer()
        }
        for connection in connections { close(connection.descriptor) }
        close(listener)
        close(wake)
        output.close()
    }

    private mutating func takeOrders() -> Bool {
        let (rules, isStopping) = shared.withLock { state in
            defer { state.newRules = nil }
            return (state.newRules, state.isStopping)
        }
        if let rules {
            context.rules = rules
            context.counts = SinkRuleCounts()
        }
        return !isStopping
    }

    /// Milliseconds until the next answer is due, at most 200.
    private func pause() -> Int32 {
        let now = Self.clock()
        let next = connections.compactMap(\.due).min() ?? .max
        return next == .max ? 200 : Int32(min(200, max(0, next - now)))
    }

    private mutating func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            var on: Int32 = 1
            setsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on,
                socklen_t(MemoryLayout<Int32>.size))
            guard connections.count < Self.connectionLimit else {
                _ = send(descriptor, "421 full\r\n", 10, Int32(MSG_NOSIGNAL))
                close(descriptor)
                continue
            }
            accepted += 1
            var offer = SinkSession.Offer()
            offer.pipelining = options.pipelining
            offer.smtpUTF8 = options.smtpUTF8
            offer.dsn = options.dsn
            offer.sizeLimit = options.sizeLimit
            var connection = SinkConnection(
                descriptor: descriptor, session: SinkSession(number: accepted, offer: offer))
            connection.lastHeard = context.now
            connection.session.greet(&context)
            connections.append(connection)
        }
    }

    /// Writes down what was taken, before anybody is told.
    private mutating func record() {
        var taken: [SinkEnvelope] = []
        for index in connections.indices {
            for delivery in connections[index].session.takeDeliveries() {
                output.add(delivery)
                taken.append(delivery.envelope)
            }
        }
        output.flush()
        let (open, count) = (connections.count, accepted)
        let (keeps, messages) = (options.keepsEnvelopes, taken.count)
        let news = taken
        let change: (inout Sink.Shared) -> Void = { state in
            if keeps { state.envelopes += news }
            state.statistics.messages += messages
            state.statistics.connections = count
            state.statistics.open = open
            state.statistics.mostOpen = max(state.statistics.mostOpen, open)
        }
        if messages > 0 { shared.update(change) } else { shared.withLock(change) }
    }

    private mutating func answer() {
        let now = Self.clock()
        var hasEnded = false
        for index in connections.indices {
            connections[index].collect(latency: options.latency)
            if let idle = options.idle, now - connections[index].lastHeard >= idle {
                connections[index].close(saying: "421 4.4.2 idle for too long\r\n")
            }
            connections[index].write(now: now)
            if connections[index].isOver {
                close(connections[index].descriptor)
                hasEnded = true
            }
        }
        if hasEnded { connections.removeAll { $0.isOver } }
    }

    private static func clock() -> Int64 { MonotonicTime.now().nanoseconds / 1_000_000 }
}
