internal import CLinux
internal import Glibc
import HTTP
import Synchronization
import Threads

/// The part of the server that lives on the loop's thread: listeners, connections, caps, deadlines.
///
/// @unchecked: touched by the loop's thread only, after `start`.
final class HTTPServerCore: @unchecked Sendable {
    let loop: EventLoop
    let options: HTTPServerOptions
    let handler: HTTPServer.Handler
    let figures = FigureCounters()
    /// What every connection reads into: one at a time.
    var scratch = [UInt8](repeating: 0, count: 64 * 1024)
    private(set) var isDraining = false
    /// The loop's thread while `afterRound` runs, else 0; written by that thread only.
    private let answeringThread = Atomic<UInt>(0)

    private var acceptors: [Acceptor] = []
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var perAddress: [AddressKey: Int] = [:]
    /// Connections that only get their 503; bounded apart from the others.
    private var refusals: Set<ObjectIdentifier> = []
    private var drainDeadline = MonotonicTime.distantFuture
    private var dateText = (second: Int64.min, text: "")

    private static let refusalsAtOnce = 256

    init(options: HTTPServerOptions, handler: @escaping HTTPServer.Handler) throws(SystemError) {
        loop = try EventLoop()
        self.options = options
        self.handler = handler
    }

    func run(_ listeners: [Listener]) {
        acceptors = listeners.map { Acceptor(core: self, listener: $0) }
        for acceptor in acceptors { acceptor.resume() }
        var nextTick = MonotonicTime.now()
        loop.run {
            endRound()
            if .now() >= nextTick {
                tick()
                nextTick = .after(milliseconds: Int64(options.tickMilliseconds))
            }
            return nextTick
        }
        endRound()
        for connection in connections.values { connection.close() }
        acceptors = []
    }

    private func endRound() {
        guard let afterRound = options.afterRound else { return }
        answeringThread.store(pthread_self(), ordering: .relaxed)
        afterRound()
        answeringThread.store(0, ordering: .relaxed)
    }

    /// Whether the caller may answer without going through the loop: on its thread, with no
    /// connection in the middle of something.
    var mayAnswerAtOnce: Bool {
        answeringThread.load(ordering: .relaxed) == pthread_self()
    }

    private func tick() {
        let now = MonotonicTime.now()
        for connection in connections.values { connection.checkDeadline(now) }
        if isDraining {
            if now >= drainDeadline { loop.stop() }
        } else {
            for acceptor in acceptors { acceptor.resume() }
        }
    }

    /// Takes in one accepted connection, or turns it away.
    func admit(_ descriptor: Descriptor, _ address: SocketAddress, isLocal: Bool) {
        let peer =
            isLocal
            ? Peer.local(PeerCredentials(socket: descriptor.number)) : Peer.ip(address.text)
        if !isLocal { _ = maild_send_without_delay(descriptor.number) }
        let isUncounted = options.isUncounted.map { !isLocal && $0(address.text) } ?? false
        let key = isUncounted ? nil : AddressKey(address)
        let count = key.map { perAddress[$0, default: 0] } ?? 0
        let isRefused =
            connections.count - refusals.count >= options.connections
            || count >= options.connectionsPerAddress
        guard !isRefused || refusals.count < Self.refusalsAtOnce else {
            figures.refused.add(1, ordering: .relaxed)
            return
        }
        let connection = HTTPConnection(
            core: self, descriptor: descriptor, peer: peer, addressKey: isRefused ? nil : key)
        guard connection.open() else { return }
        connections[ObjectIdentifier(connection)] = connection
        figures.open.add(1, ordering: .relaxed)
        if isRefused {
            refusals.insert(ObjectIdentifier(connection))
            figures.refused.add(1, ordering: .relaxed)
            connection.refuse(
                HTTPResponse(
                    503, headers: ["Retry-After": String(options.retryAfterSeconds)],
                    body: Array("Too many connections. Try again soon.\n".utf8)))
        } else {
            figures.connections.add(1, ordering: .relaxed)
            if let key { perAddress[key] = count + 1 }
        }
    }

    func closed(_ connection: HTTPConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        refusals.remove(ObjectIdentifier(connection))
        figures.open.subtract(1, ordering: .relaxed)
        if let key = connection.addressKey, let count = perAddress[key] {
            perAddress[key] = count > 1 ? count - 1 : nil
        }
        if isDraining && connections.isEmpty { loop.stop() }
    }

    /// Takes no new connection, ends idle ones, lets requests under way finish until `deadline`.
    func drain(until deadline: MonotonicTime) {
        drainDeadline = min(drainDeadline, deadline)
        guard !isDraining else { return }
        isDraining = true
        for acceptor in acceptors { acceptor.end() }
        acceptors = []
        for connection in Array(connections.values) { connection.drain() }
        if connections.isEmpty || .now() >= deadline { loop.stop() }
    }

    /// The Date field, made once a second.
    func date() -> String {
        let second = Int64(time(nil))
        if dateText.second != second {
            dateText = (second, HTTPDate.text(unixSeconds: second))
        }
        return dateText.text
    }
}
