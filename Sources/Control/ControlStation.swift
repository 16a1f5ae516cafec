import Core
import HTTP
import JSON
import Rules
import Sockets
import Store
import Synchronization
import Threads

/// The control socket: HTTP/1.1 with JSON, so that `curl --unix-socket` speaks it too.
///
/// The socket's group and mode say who may use it; who changed what is logged. Requests run on a few
/// threads of their own, each with its own reader; followers of events have threads of theirs.
package final class ControlStation: Sendable {
    private static let threads = 4
    private static let waitingRequests = 64
    private static let followers = 8
    private static let exports = 2

    private let shared: Shared
    private let server: HTTPServer

    /// Serves at once. `importLimit` is what a CSV file may have, in octets.
    package init(
        listener: Listener, store: Store, rules: RulesInForce, host: ControlHost, log: Log,
        importLimit: Int = 1 << 30
    ) throws(SystemError) {
        let shared = Shared(
            store: store, rules: rules, host: host, log: log, importLimit: importLimit)
        self.shared = shared
        var options = HTTPServerOptions()
        options.threadName = "control"
        options.connections = 256
        // A person at a terminal may think between two requests.
        options.idleMilliseconds = 60_000
        options.bodyRule = { request in
            ControlRoute.isUpload(request)
                ? .stream(limit: importLimit) : .collect(limit: 64 * 1024)
        }
        server = try HTTPServer([listener], options: options) { request, responder in
            shared.take(request, responder)
        }
    }

    /// Finishes what is under way, at most `milliseconds`, and removes the socket.
    package func stop(within milliseconds: Int64) {
        shared.stopping.update { $0 = true }
        server.stop(within: milliseconds)
        shared.pool.stop()
    }

    /// What all threads of the station use.
    private final class Shared: Sendable {
        let store: Store
        let rules: RulesInForce
        let host: ControlHost
        let log: Log
        let importLimit: Int
        let stopping = Monitor(false)
        let pool = WorkerPool(
            "control", threads: ControlStation.threads, capacity: ControlStation.waitingRequests)
        private let following = Atomic(0)
        private let exporting = Atomic(0)
        private let isImporting = Atomic(false)

        init(
            store: Store, rules: RulesInForce, host: ControlHost, log: Log, importLimit: Int
        ) {
            self.store = store
            self.rules = rules
            self.host = host
            self.log = log
            self.importLimit = importLimit
        }

        /// On the server's thread: hands the request on, and does no more.
        func take(_ request: HTTPRequest, _ responder: Responder) {
            let isTaken = pool.submit { [self] in run(request, responder) }
            if !isTaken {
                responder.respond(
                    ControlError(503, "too many requests wait", hint: "Try again soon.").response)
            }
        }

        private func run(_ request: HTTPRequest, _ responder: Responder) {
            do {
                let call = try ControlCall(request, body: responder.body)
                note(call, responder.peer)
                switch call.route.work {
                case .answer(let work): try respond(responder, work(try session(), call))
                case .upload(let work): try respond(responder, upload { try work(session(), call) })
                case .export: try export(call, responder)
                case .events:
                    if try call.flag("follow") {
                        try follow(call, responder)
                    } else {
                        try respond(responder, try session().events(call))
                    }
                }
            } catch {
                responder.respond(ControlError(error).response)
            }
        }

        private func session() throws -> ControlSession {
            ControlSession(
                store: store, reader: try store.reader(), rules: rules.current,
                rulesInForce: rules, host: host, importLimit: importLimit)
        }

        private func respond(_ responder: Responder, _ json: JSON) throws {
            responder.respond(
                HTTPResponse(
                    200, headers: ["Content-Type": "application/json"], body: json.bytes + [0x0A]))
        }

        /// One file at a time, so that there is always a thread for the others. The next may come as
        /// soon as this one is answered.
        private func upload(_ work: () throws -> JSON) throws -> JSON {
            let isFree = isImporting.compareExchange(
                expected: false, desired: true, ordering: .acquiringAndReleasing
            ).exchanged
            guard isFree else {
                throw ControlError(409, "another import is running", hint: "Try again after it.")
            }
            defer { isImporting.store(false, ordering: .releasing) }
            return try work()
        }

        /// On a thread of its own, since the reader may be slow.
        private func export(_ call: ControlCall, _ responder: Responder) throws {
            let plan = try session().exportPlan(call)
            guard exporting.add(1, ordering: .relaxed).newValue <= ControlStation.exports else {
                exporting.subtract(1, ordering: .relaxed)
                throw ControlError(503, "\(ControlStation.exports) exports are under way already")
            }
            let type = plan.format == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson"
            _ = WorkThread("control-export") { [self] in
                defer { exporting.subtract(1, ordering: .relaxed) }
                let head = HTTPResponse(200, headers: ["Content-Type": type])
                guard let stream = responder.stream(head) else { return }
                do {
                    try session().export(plan, stream)
                } catch {
                    // Without its end the client sees that the answer is not whole.
                    log(.error, "control: an export ended: \(error)")
                }
            }
        }

        private func follow(_ call: ControlCall, _ responder: Responder) throws {
            guard following.add(1, ordering: .relaxed).newValue <= ControlStation.followers else {
                following.subtract(1, ordering: .relaxed)
                throw ControlError(
                    503, "\(ControlStation.followers) others follow the events already")
            }
            let head = HTTPResponse(200, headers: ["Content-Type": "application/x-ndjson"])
            _ = WorkThread("control-follow") { [self] in
                defer { following.subtract(1, ordering: .relaxed) }
                guard let stream = responder.stream(head) else { return }
                do {
                    let pause = FollowPause(stopping: stopping)
                    try session().follow(call, stream, pause: pause)
                } catch {
                    log(.error, "control: following the events ended: \(error)")
                }
            }
        }

        /// Who changes what; no address and no value.
        private func note(_ call: ControlCall, _ peer: Peer) {
            guard call.route.changes else { return }
            // A name that comes from outside must not break the line.
            let name = call.name.prefix(100).filter {
                $0.isLetter || $0.isNumber || "-_.".contains($0)
            }
            let path = call.route.path.replacing("{name}", with: name)
            var who = "somebody"
            if case .local(let credentials?) = peer {
                who = "user \(credentials.user) (process \(credentials.process))"
            }
            log(.notice, "control: \(call.route.method) \(path) by \(who)")
        }
    }
}
