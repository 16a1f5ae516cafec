import HTTP
import Sockets
import Testing
import Threads

@Suite struct HTTPServerLimitTests {
    private func options(_ change: (inout HTTPServerOptions) -> Void) -> HTTPServerOptions {
        var options = HTTPServerOptions()
        change(&options)
        return options
    }

    @Test(
        "a head that does not end in time gets 408",
        arguments: ["G", "GET / HTTP/1.1\r\nHost: a\r\n"])
    func slowHead(start: String) throws {
        let live = try LiveServer(options { $0.headMilliseconds = 40 }, handler: LiveServer.echo)
        #expect(try live.exchange(start).hasPrefix("HTTP/1.1 408 "))
    }

    @Test("a body that does not end in time gets 408")
    func slowBody() throws {
        let live = try LiveServer(options { $0.bodyMilliseconds = 40 }, handler: LiveServer.echo)
        let start = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab"
        #expect(try live.exchange(start).hasPrefix("HTTP/1.1 408 "))
    }

    @Test("a streamed body without progress breaks off")
    func slowStreamedBody() throws {
        let limits = options {
            $0.bodyMilliseconds = 40
            $0.bodyRule = { _ in .stream(limit: 100) }
        }
        let live = try LiveServer(limits) { _, responder in
            _ = WorkThread("read") {
                do throws(RequestBody.BrokenOff) {
                    while try responder.body?.read() != nil {}
                } catch {
                    responder.respond(HTTPResponse(408, text: "broken"))
                }
            }
        }
        let start = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab"
        #expect(try live.exchange(start).hasSuffix("broken"))
    }

    @Test("an idle connection is closed without a word, also after a request")
    func idle() throws {
        let live = try LiveServer(options { $0.idleMilliseconds = 40 }, handler: LiveServer.echo)
        #expect(try live.exchange("") == "")
        #expect(try live.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").hasSuffix("GET / "))
    }

    @Test("a client that takes no answer is dropped")
    func slowReader() throws {
        let body = [UInt8](repeating: 0x61, count: 64 << 20)
        let live = try LiveServer(options { $0.bodyMilliseconds = 40 }) { _, responder in
            responder.respond(HTTPResponse(200, body: body))
        }
        let stream = try live.stream()
        try stream.write(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        // Nothing is read until the server has given up.
        while live.server.figures.openConnections > 0 || live.server.figures.connections == 0 {
            usleepBriefly()
        }
        var count = 0
        while let bytes = try? stream.read(), !bytes.isEmpty { count += bytes.count }
        #expect(count < body.count)
    }

    @Test("over a cap a connection gets 503 with Retry-After", arguments: [true, false])
    func caps(perAddress: Bool) throws {
        let limits = options {
            if perAddress { $0.connectionsPerAddress = 2 } else { $0.connections = 2 }
        }
        let live = try LiveServer(limits, handler: LiveServer.echo)
        let first = live.client()
        let second = live.client()
        #expect(try first.send(.get, "/").status == 200)
        #expect(try second.send(.get, "/").status == 200)
        let refused = try live.client().send(.get, "/")
        #expect(refused.status == 503 && refused.headers["retry-after"] == "5")
        #expect(refused.headers["connection"] == "close")
        // The two that were there are not disturbed, and room that is made can be used.
        #expect(try first.send(.get, "/", headers: ["Connection": "close"]).status == 200)
        var status = HTTPStatus(503)
        while status == 503 { status = try live.client().send(.get, "/").status }
        #expect(status == 200)
        #expect(try second.send(.get, "/").status == 200)
        #expect(live.server.figures.refusedConnections >= 1)
    }

    @Test("hundreds of silent connections do not hold up a real one")
    func manySilent() throws {
        let live = try LiveServer(
            options { $0.connectionsPerAddress = 1000 }, handler: LiveServer.echo)
        let silent = try (0..<300).map { _ in try live.stream() }
        for stream in silent { try stream.write(Array("GET / HT".utf8)) }
        #expect(try live.client().send(.get, "/").status == 200)
        #expect(silent.count == 300)
    }
}
