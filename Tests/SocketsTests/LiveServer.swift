import HTTP
import Sockets

/// A server on a port of the loopback interface, stopped when it is let go.
final class LiveServer {
    let server: HTTPServer
    let endpoint: Endpoint

    init(
        _ options: HTTPServerOptions = HTTPServerOptions(), host: String = "127.0.0.1",
        handler: @escaping HTTPServer.Handler
    ) throws {
        let listener = try Listener(host: host, port: 0)
        endpoint = .tcp(host: host, port: listener.port)
        server = try HTTPServer([listener], options: options, handler: handler)
    }

    deinit {
        server.stop(within: 0)
    }

    func client() -> HTTPClient { HTTPClient(endpoint, milliseconds: 20_000) }

    func stream() throws -> SocketStream { try SocketStream(endpoint, milliseconds: 20_000) }

    /// Sends the text and reads all that comes until the server closes.
    func exchange(_ text: String) throws -> String {
        let stream = try stream()
        try stream.write(Array(text.utf8))
        return try stream.readToEnd()
    }

    /// Echoes method, path and body.
    static let echo: HTTPServer.Handler = { request, responder in
        let body = String(decoding: request.body, as: UTF8.self)
        responder.respond(HTTPResponse(200, text: "\(request.method) \(request.path) \(body)"))
    }
}

extension SocketStream {
    func readToEnd() throws -> String {
        var all: [UInt8] = []
        while true {
            let bytes = try read()
            if bytes.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += bytes
        }
    }

    /// Reads until the text has come.
    func read(until end: String) throws -> String {
        var all = ""
        while !all.contains(end) {
            let bytes = try read()
            if bytes.isEmpty { break }
            all += String(decoding: bytes, as: UTF8.self)
        }
        return all
    }
}
