import Glibc
import HTTP
import Sockets
import Testing
import Threads

@Suite struct HTTPClientTests {
    @Test("nobody there is told apart from a broken answer")
    func unreachable() throws {
        let folder = try TemporaryFolder()
        let client = HTTPClient(.unix(path: "\(folder.path)/none.sock"))
        let error = #expect(throws: HTTPClient.Failure.self) { try client.send(.get, "/") }
        guard case .unreachable(.system(let cause)) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(cause.code == ENOENT)
        #expect(error?.description.contains("none.sock") == true)
    }

    @Test("a server that says nothing is given up")
    func silent() throws {
        let waiting = Monitor<[Responder]>([])
        let live = try LiveServer { _, responder in waiting.update { $0.append(responder) } }
        let client = HTTPClient(live.endpoint, milliseconds: 50)
        let error = #expect(throws: HTTPClient.Failure.self) { try client.send(.get, "/") }
        #expect(error == .broken(.timedOut("waiting for \(live.endpoint)")))
    }

    @Test("a connection that the server has closed meanwhile is made anew")
    func reconnects() throws {
        var options = HTTPServerOptions()
        options.idleMilliseconds = 40
        let live = try LiveServer(options, handler: LiveServer.echo)
        let client = live.client()
        #expect(try client.send(.get, "/1").status == 200)
        while live.server.figures.openConnections > 0 { usleepBriefly() }
        #expect(try client.send(.get, "/2").status == 200)
        #expect(live.server.figures.connections == 2)
    }

    @Test("an answer larger than the limit is refused")
    func tooLarge() throws {
        let live = try LiveServer { _, responder in
            responder.respond(HTTPResponse(200, body: [UInt8](repeating: 0, count: 101)))
        }
        let client = HTTPClient(live.endpoint, bodyLimit: 100)
        #expect(throws: HTTPClient.Failure.self) { try client.send(.get, "/") }
    }

    @Test(
        "a target or field that cannot be written is not sent",
        arguments: ["/a b", "/a\r\nX: y", "/ä"])
    func unwritable(text: String) throws {
        let live = try LiveServer(handler: LiveServer.echo)
        #expect(throws: HTTPClient.Failure.unwritable) { try live.client().send(.get, text) }
        #expect(throws: HTTPClient.Failure.unwritable) {
            try live.client().send(.get, "/", headers: ["X Y": text])
        }
        #expect(live.server.figures.requests == 0)
    }

    @Test("names are looked up")
    func names() throws {
        let live = try LiveServer(handler: LiveServer.echo)
        guard case .tcp(_, let port) = live.endpoint else { return }
        let client = HTTPClient(.tcp(host: "localhost", port: port))
        #expect(try client.send(.get, "/").status == 200)
    }
}
