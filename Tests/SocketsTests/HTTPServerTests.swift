import HTTP
import Sockets
import Synchronization
import Testing
import Threads

@Suite struct HTTPServerTests {
    @Test(
        "a refused request is answered and the connection closed", arguments: MalformedRequest.all)
    func malformed(_ request: MalformedRequest) throws {
        let live = try LiveServer(handler: LiveServer.echo)
        let answer = try live.exchange(request.text)
        #expect(answer.hasPrefix("HTTP/1.1 \(request.status) "))
        #expect(answer.contains("connection: close\r\n"))
        // One answer only: what follows the broken request is not read as another.
        #expect(answer.split(separator: "content-length: ").count == 2)
    }

    @Test("a connection serves one request after the other")
    func keepAlive() throws {
        let live = try LiveServer(handler: LiveServer.echo)
        let client = live.client()
        #expect(try client.send(.get, "/a").text == "GET /a ")
        #expect(try client.send(.post, "/b", body: .bytes(Array("x".utf8))).text == "POST /b x")
        #expect(try client.send(.head, "/c").headers["content-length"] == "8")
        #expect(live.server.figures.connections == 1)
        #expect(live.server.figures.requests == 3)
    }

    @Test("pipelined requests are answered in order, whoever answers when")
    func pipelining() throws {
        let live = try LiveServer { request, responder in
            if request.path == "/slow" {
                _ = WorkThread("answer") { LiveServer.echo(request, responder) }
            } else {
                LiveServer.echo(request, responder)
            }
        }
        let requests = (0..<200).map { number in
            "GET \(number % 3 == 0 ? "/slow" : "/\(number)") HTTP/1.1\r\nHost: a\r\n\r\n"
        }
        let last = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        let answer = try live.exchange(requests.joined() + last)
        let bodies = answer.split(separator: "HTTP/1.1 200 OK\r\n").compactMap {
            $0.split(separator: "\r\n\r\n").last
        }
        let expected = (0..<200).map { $0 % 3 == 0 ? "GET /slow " : "GET /\($0) " } + ["GET /last "]
        #expect(bodies.map(String.init) == expected)
    }

    @Test("what a handler keeps for the end of the round is answered there, in order")
    func rounds() throws {
        let kept = Monitor<[(HTTPRequest, Responder)]>([])
        var options = HTTPServerOptions()
        options.afterRound = {
            while true {
                let round = kept.withLock { all in
                    defer { all = [] }
                    return all
                }
                guard !round.isEmpty else { return }
                for (request, responder) in round { LiveServer.echo(request, responder) }
            }
        }
        let live = try LiveServer(options) { request, responder in
            kept.withLock { $0.append((request, responder)) }
        }
        let requests = (0..<500).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
        let last = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        let answer = try live.exchange(requests.joined() + last)
        let bodies = answer.split(separator: "HTTP/1.1 200 OK\r\n").compactMap {
            $0.split(separator: "\r\n\r\n").last
        }
        #expect(bodies.map(String.init) == (0..<500).map { "GET /\($0) " } + ["GET /last "])
        let client = live.client()
        #expect(try client.send(.get, "/again").text == "GET /again ")
    }

    @Test("requests sent before the client ends its side are all answered")
    func halfClose() throws {
        let live = try LiveServer(handler: LiveServer.echo)
        let stream = try live.stream()
        try stream.write(
            Array("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        stream.endWriting()
        let answer = try stream.readToEnd()
        #expect(answer.contains("GET /1 ") && answer.contains("GET /2 "))
    }

    @Test("an octet at a time makes the same request")
    func pieces() throws {
        let live = try LiveServer(handler: LiveServer.echo)
        let stream = try live.stream()
        let text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
        for byte in text.utf8 { try stream.write([byte]) }
        #expect(try stream.readToEnd().hasSuffix("\r\n\r\nPOST / abc"))
    }

    @Test("a request that is let go unanswered gets 500")
    func unanswered() throws {
        let live = try LiveServer { _, _ in }
        #expect(try live.client().send(.get, "/").status == 500)
    }

    @Test("only the first answer counts")
    func answeredTwice() throws {
        let live = try LiveServer { _, responder in
            let first = responder.respond(HTTPResponse(200, text: "first"))
            let second = responder.respond(HTTPResponse(200, text: "second"))
            if !first || second { responder.respond(HTTPResponse(500)) }
        }
        let client = live.client()
        #expect(try client.send(.get, "/").text == "first")
        #expect(try client.send(.get, "/").text == "first")
    }

    @Test("an answer with an injected line becomes 500")
    func injection() throws {
        let live = try LiveServer { _, responder in
            responder.respond(HTTPResponse(302, headers: ["Location": "/\r\nX: y"]))
        }
        let response = try live.client().send(.get, "/")
        #expect(response.status == 500 && response.headers["x"] == nil)
    }

    @Test("HTTP/1.0 is answered and closed")
    func oldVersion() throws {
        let live = try LiveServer(handler: LiveServer.echo)
        #expect(try live.exchange("GET /x HTTP/1.0\r\n\r\n").hasSuffix("\r\n\r\nGET /x "))
    }

    @Test("an answer bigger than the socket takes arrives whole")
    func bigAnswer() throws {
        let body = [UInt8](repeating: 0x61, count: 8 << 20)
        let live = try LiveServer { _, responder in
            responder.respond(HTTPResponse(200, body: body))
        }
        #expect(try live.client().send(.get, "/").body == body)
    }

    @Test("the server listens on IPv6", .enabled(if: hasIPv6))
    func ipv6() throws {
        let live = try LiveServer(host: "::1") { _, responder in
            guard case .ip(let address) = responder.peer else { return }
            responder.respond(HTTPResponse(200, text: address))
        }
        #expect(try live.client().send(.get, "/").text == "::1")
    }

    @Test("stopping answers what is under way and takes nothing new")
    func drain() throws {
        let waiting = Monitor<[Responder]>([])
        let live = try LiveServer { _, responder in waiting.update { $0.append(responder) } }
        let stream = try live.stream()
        let idle = try live.stream()
        try stream.write(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        let responder = waiting.wait { $0.popLast() }
        let stopper = WorkThread("stop") { [server = live.server] in server.stop(within: 20_000) }
        #expect(try idle.readToEnd() == "")
        responder?.respond(HTTPResponse(200, text: "done"))
        let answer = try stream.readToEnd()
        #expect(answer.contains("connection: close\r\n") && answer.hasSuffix("done"))
        stopper.join()
        #expect(throws: SocketStream.Failure.self) { try live.stream() }
    }

    @Test("what is not answered in time does not keep the server from stopping")
    func forcedStop() throws {
        let waiting = Monitor<[Responder]>([])
        let live = try LiveServer { _, responder in waiting.update { $0.append(responder) } }
        let stream = try live.stream()
        try stream.write(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        let responder = waiting.wait { $0.popLast() }
        live.server.stop(within: 10)
        #expect(try stream.readToEnd() == "")
        #expect(responder?.respond(HTTPResponse(200)) == true)
    }
}

/// Whether this machine has an IPv6 loopback address: containers often do not.
let hasIPv6 = (try? Listener(host: "::1", port: 0)) != nil
