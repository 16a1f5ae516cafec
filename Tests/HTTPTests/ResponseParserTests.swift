import HTTP
import Testing

@Suite struct ResponseParserTests {
    struct Read: Equatable {
        var responses: [HTTPResponse] = []
        var keepsAlive: [Bool] = []
        var failed = false
    }

    private func read(
        _ pieces: some Sequence<[UInt8]>, to method: HTTPMethod = .get, closing: Bool = false
    ) -> Read {
        var parser = ResponseParser(limits: HTTPLimits(headBytes: 4096, fields: 20, bodyBytes: 100))
        parser.expect(answerTo: method)
        var read = Read()
        var current: HTTPResponse?
        func drain() {
            while true {
                switch parser.next() {
                case .needMore: return
                case .head(let response, _, let keepsAlive):
                    current = response
                    read.keepsAlive.append(keepsAlive)
                case .body(let bytes): current?.body += bytes
                case .end:
                    if let response = current { read.responses.append(response) }
                    current = nil
                    if closing { return }
                case .failure:
                    read.failed = true
                    return
                }
            }
        }
        for piece in pieces {
            parser.append(piece)
            drain()
        }
        if closing {
            parser.close()
            drain()
        }
        return read
    }

    private func bodies(_ text: String, to method: HTTPMethod = .get, closing: Bool = false)
        -> [String]?
    {
        let whole = read([Array(text.utf8)], to: method, closing: closing)
        let split = read(text.utf8.map { [$0] }, to: method, closing: closing)
        #expect(whole == split)
        return whole.failed ? nil : whole.responses.map(\.text)
    }

    @Test("a body ends by its length, by its last chunk, or with the connection")
    func framings() {
        #expect(bodies("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab") == ["ab"])
        #expect(
            bodies("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")
                == ["ab"])
        #expect(bodies("HTTP/1.1 200 OK\r\n\r\nab", closing: true) == ["ab"])
        #expect(bodies("HTTP/1.1 204\r\n\r\n") == [""])
        #expect(bodies("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", to: .head) == [""])
    }

    @Test("interim answers are skipped")
    func interim() {
        #expect(
            bodies("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")
                == ["a"])
    }

    @Test(
        "an answer that is cut off, contradictory or too large is a failure",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", true),
            ("HTTP/1.1 200 OK\r\nContent", true),
            ("", true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", false),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
                false
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n", false),
            ("HTTP/1.1 99 OK\r\n\r\n", false),
            ("HTTP/2 200 OK\r\n\r\n", false),
            ("220 mail.example ESMTP\r\n", false),
        ])
    func failures(text: String, closing: Bool) {
        #expect(bodies(text, closing: closing) == nil)
    }

    @Test("what the serializer writes is read back")
    func roundTrip() throws {
        let response = HTTPResponse(
            200, headers: ["Content-Type": "text/plain"], body: Array("hello".utf8))
        let bytes = try response.serialized(.init(keepsAlive: false, date: ""))
        let read = read([bytes])
        #expect(read.responses.first?.text == "hello")
        #expect(read.responses.first?.headers["content-type"] == "text/plain")
        #expect(read.keepsAlive == [false])
        let chunks =
            try response.serializedChunkedHead()
            + ChunkedCoding.chunk(Array("ab".utf8)) + ChunkedCoding.chunk([]) + ChunkedCoding.end
        #expect(self.read([chunks]).responses.first?.text == "ab")
    }
}
