internal import Core
internal import Sockets
internal import Threads

/// Takes mail over LMTP, a thread a connection, so that what several bring is committed together.
///
/// A message is answered for each recipient when it is committed, never before.
final class LMTPServer: Sendable {
    /// Commits a message; false when the store cannot take it now.
    typealias Deliver = (Arrival) -> Bool

    private struct State {
        var connections: [Int: SocketStream] = [:]
        var nextID = 0
        var isStopping = false
    }

    /// As many as Postfix opens by default (`default_destination_concurrency_limit`).
    private static let maximumConnections = 20
    /// RFC 5321 §4.5.3.2.7.
    private static let idleMilliseconds: Int64 = 300_000

    private let listener: Listener
    private let name: String
    private let makeDeliver: @Sendable () throws -> Deliver
    private let stopping: Wakeup
    private let state = Monitor(State())
    private let thread = Monitor<WorkThread?>(nil)

    /// `makeDeliver` is called once a connection, on its thread.
    init(
        _ listener: Listener, name: String,
        makeDeliver: @escaping @Sendable () throws -> Deliver
    ) throws(SystemError) {
        self.listener = listener
        self.name = name
        self.makeDeliver = makeDeliver
        stopping = try Wakeup()
        thread.withLock { $0 = WorkThread("inbox-lmtp") { [self] in run() } }
    }

    /// Takes no more, lets messages in hand be answered, and ends the threads.
    func stop() {
        state.update { $0.isStopping = true }
        stopping.signal()
        thread.withLock { $0 }?.join()
        listener.removeFile()
        for connection in state.withLock(\.connections).values { connection.end() }
        _ = state.wait { $0.connections.isEmpty ? true : nil }
    }

    private func run() {
        while !state.withLock(\.isStopping) {
            guard let stream = listener.next(stop: stopping, milliseconds: Self.idleMilliseconds)
            else { continue }
            let id = state.update { state -> Int? in
                guard state.connections.count < Self.maximumConnections else { return nil }
                state.nextID += 1
                state.connections[state.nextID] = stream
                return state.nextID
            }
            guard let id else {
                try? stream.write(Array("421 4.3.2 too many connections\r\n".utf8))
                continue
            }
            _ = WorkThread("lmtp-session") { [self] in
                if let deliver = try? makeDeliver() {
                    serve(stream, deliver)
                } else {
                    try? stream.write(Array("421 4.3.0 not now\r\n".utf8))
                }
                stream.end()
                state.update { $0.connections[id] = nil }
            }
        }
    }

    /// Until the other side goes or breaks off.
    private func serve(_ stream: SocketStream, _ deliver: Deliver) {
        var dialogue = LMTPDialogue(name: name)
        do throws(SocketStream.Failure) {
            try stream.write(dialogue.greeting)
            while true {
                let bytes = try stream.read()
                guard !bytes.isEmpty else { return }
                var actions = dialogue.receive(bytes)
                while !actions.isEmpty {
                    switch actions.removeFirst() {
                    case .send(let bytes): try stream.write(bytes)
                    case .deliver(let arrival):
                        actions += dialogue.delivered(deliver(arrival) ? .taken : .later)
                    case .close: return
                    }
                }
            }
        } catch {
            // The sender keeps what was not answered.
        }
    }
}
