import HTTP
import Sockets
import Testing
import Threads

@Suite struct HTTPServerBodyTests {
    private func options(_ rule: @escaping @Sendable (HTTPRequest) -> BodyRule) -> HTTPServerOptions
    {
        var options = HTTPServerOptions()
        options.bodyRule = rule
        return options
    }

    /// Counts the octets of a streamed body on a thread of its own.
    private static let counting: HTTPServer.Handler = { _, responder in
        _ = WorkThread("count") {
            var count = 0
            do throws(RequestBody.BrokenOff) {
                while let bytes = try responder.body?.read() { count += bytes.count }
                responder.respond(HTTPResponse(200, text: "\(count)"))
            } catch {
                responder.respond(HTTPResponse(400, text: "broken after \(count)"))
            }
        }
    }

    @Test("a body may be as large as its rule says", arguments: [0, 1])
    func limit(over: Int) throws {
        let live = try LiveServer(
            options { $0.path == "/big" ? .collect(limit: 100_000) : .collect(limit: 10) },
            handler: LiveServer.echo)
        let big = [UInt8](repeating: 0x61, count: 100_000 + over)
        let response = try live.client().send(.post, "/big", body: .bytes(big))
        #expect(response.status == (over == 0 ? 200 : 413))
        let small = [UInt8](repeating: 0x61, count: 10 + over)
        let other = try live.client().send(.post, "/", body: .bytes(small))
        #expect(other.status == (over == 0 ? 200 : 413))
    }

    @Test("without a rule the limit of the options holds")
    func standardLimit() throws {
        var options = HTTPServerOptions()
        options.limits.bodyBytes = 2
        let live = try LiveServer(options, handler: LiveServer.echo)
        #expect(try live.client().send(.post, "/", body: .bytes([97, 98])).status == 200)
        #expect(try live.client().send(.post, "/", body: .bytes([97, 98, 99])).status == 413)
    }

    @Test("a rule can refuse a request before its body")
    func refuse() throws {
        let live = try LiveServer(
            options { _ in .refuse(HTTPResponse(403, text: "no")) }, handler: LiveServer.echo)
        let response = try live.client().send(.post, "/", body: .bytes([1, 2, 3]))
        #expect(response.status == 403 && response.headers["connection"] == "close")
    }

    @Test("a streamed body is read bit by bit, by length or in chunks")
    func streamed() throws {
        let live = try LiveServer(
            options { _ in .stream(limit: 64 << 20) }, handler: Self.counting)
        let client = live.client()
        let bytes = [UInt8](repeating: 0x61, count: 5 << 20)
        #expect(try client.send(.post, "/", body: .bytes(bytes)).text == "\(5 << 20)")
        var left = 40
        let pieces = HTTPClient.Body.pieces {
            left -= 1
            return left >= 0 ? [UInt8](repeating: 0x62, count: 100_000) : nil
        }
        #expect(try client.send(.post, "/", body: pieces).text == "4000000")
        #expect(live.server.figures.connections == 1)
    }

    @Test("a streamed body that breaks off is told to its reader")
    func brokenOff() throws {
        let live = try LiveServer(options { _ in .stream(limit: 1000) }, handler: Self.counting)
        let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try live.exchange(chunked + "3\r\nabcd\r\n").contains(" 400 "))
        #expect(try live.exchange(chunked + "FFF\r\nabcd\r\n").contains("broken after 0"))
    }

    @Test("a client that goes away within a streamed body is told to its reader")
    func goneAway() throws {
        let ends = Monitor<[Bool]>([])
        let live = try LiveServer(options { _ in .stream(limit: 1000) }) { _, responder in
            _ = WorkThread("read") {
                var isBroken = false
                do throws(RequestBody.BrokenOff) {
                    while try responder.body?.read() != nil {}
                } catch {
                    isBroken = true
                }
                ends.update { $0.append(isBroken) }
            }
        }
        var stream: SocketStream? = try live.stream()
        try stream?.write(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc".utf8))
        stream = nil
        #expect(ends.wait(until: .after(milliseconds: 20_000)) { $0.popLast() } == true)
    }

    @Test("who waits for 100 Continue is asked for the body, unless it is too large")
    func expectContinue() throws {
        let live = try LiveServer(handler: LiveServer.echo)
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
        let stream = try live.stream()
        try stream.write(Array((head + "Content-Length: 3\r\n\r\n").utf8))
        #expect(try stream.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        try stream.write(Array("abc".utf8))
        #expect(try stream.readToEnd().hasSuffix("POST / abc"))
        let tooLarge = try live.exchange(head + "Content-Length: 300000\r\n\r\n")
        #expect(tooLarge.hasPrefix("HTTP/1.1 413 "))
    }
}
