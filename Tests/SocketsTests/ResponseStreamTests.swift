import HTTP
import Sockets
import Testing
import Threads

@Suite struct ResponseStreamTests {
    /// Streams `count` pieces of 50,000 octets from a thread of its own; what the last write
    /// returned goes to `ended`.
    private func server(_ count: Int, ended: Monitor<[Bool]> = Monitor([])) throws -> LiveServer {
        try LiveServer { _, responder in
            _ = WorkThread("stream") {
                guard let stream = responder.stream(HTTPResponse(200)) else { return }
                var isOpen = true
                var written = 0
                while isOpen && written < count {
                    isOpen = stream.write([UInt8](repeating: 0x61, count: 50_000))
                    written += 1
                }
                stream.finish()
                ended.update { $0.append(isOpen) }
            }
        }
    }

    @Test("a streamed answer arrives whole, and the connection serves on")
    func whole() throws {
        let live = try server(200)
        let client = live.client()
        for _ in 0..<2 {
            var count = 0
            let head = try client.stream(.get, "/") { _, bytes in
                count += bytes.count
                return true
            }
            #expect(head.status == 200 && count == 10_000_000)
        }
        #expect(live.server.figures.connections == 1)
    }

    @Test("a client that stops reading stops the writer, and one that leaves ends it")
    func clientLeaves() throws {
        let ended = Monitor<[Bool]>([])
        let live = try server(.max, ended: ended)
        var count = 0
        _ = try live.client().stream(.get, "/") { _, bytes in
            count += bytes.count
            return count < 1_000_000
        }
        #expect(ended.wait(until: .after(milliseconds: 20_000)) { $0.popLast() } == false)
    }

    @Test("an answer to HEAD has no body")
    func head() throws {
        let ended = Monitor<[Bool]>([])
        let live = try server(.max, ended: ended)
        let client = live.client()
        #expect(try client.send(.head, "/").body.isEmpty)
        #expect(try client.send(.head, "/").status == 200)
        #expect(ended.wait(until: .after(milliseconds: 20_000)) { $0.popLast() } == false)
    }

    @Test("HTTP/1.0 gets the octets without chunks, ended by the connection")
    func oldVersion() throws {
        let answer = try server(2).exchange("GET / HTTP/1.0\r\n\r\n")
        #expect(!answer.contains("chunked") && answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.utf8.count > 100_000 && answer.utf8.count < 100_300)
    }

    @Test("a stream let go without its end is cut off, which the client sees")
    func cutOff() throws {
        let live = try LiveServer { _, responder in
            _ = responder.stream(HTTPResponse(200))?.write(Array("half".utf8))
        }
        #expect(throws: HTTPClient.Failure.self) { try live.client().send(.get, "/") }
    }

    @Test("pieces reach the client as they are written")
    func immediate() throws {
        let streams = Monitor<[ResponseStream]>([])
        let live = try LiveServer { _, responder in
            guard let stream = responder.stream(HTTPResponse(200)) else { return }
            streams.update { $0.append(stream) }
        }
        let stream = try live.stream()
        try stream.write(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        let writer = streams.wait { $0.popLast() }
        writer?.write(Array("one".utf8))
        #expect(try stream.read(until: "one\r\n").hasSuffix("3\r\none\r\n"))
        writer?.write(Array("two".utf8))
        #expect(try stream.read(until: "two\r\n") == "3\r\ntwo\r\n")
        writer?.finish()
        #expect(try stream.read(until: "0\r\n\r\n") == "0\r\n\r\n")
    }
}
