import HTTP
import Threads

/// An HTTP/1.1 server on one thread of its own.
///
/// The handler is called on that thread and must not block; it may keep the `Responder` and answer
/// from another thread. Answers keep the order of a connection's requests. Slow, oversized and
/// malformed requests are answered 4xx and the connection is closed; see `RequestParser` for how
/// strictly. Over a cap a connection gets 503 with Retry-After.
package final class HTTPServer: Sendable {
    package typealias Handler = @Sendable (HTTPRequest, Responder) -> Void

    private let core: HTTPServerCore
    private let thread: WorkThread

    /// Serves at once. Throws when the system gives no event loop.
    package init(
        _ listeners: [Listener], options: HTTPServerOptions = HTTPServerOptions(),
        handler: @escaping Handler
    ) throws(SystemError) {
        let core = try HTTPServerCore(options: options, handler: handler)
        self.core = core
        thread = WorkThread(options.threadName) { core.run(listeners) }
    }

    deinit {
        core.loop.post { [core] in core.drain(until: .now()) }
    }

    package var figures: HTTPServerFigures { core.figures.snapshot }

    /// Takes no new connections, answers what is under way for at most `milliseconds`, closes
    /// everything and waits for the thread. Not to be called from the handler.
    package func stop(within milliseconds: Int64) {
        let deadline = MonotonicTime.after(milliseconds: milliseconds)
        core.loop.post { [core] in core.drain(until: deadline) }
        thread.join()
    }
}
