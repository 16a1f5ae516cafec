import Core
import HTTP
import Testing

@Suite struct RequestParserTests {
    @Test(
        "what two readers could understand differently is refused", arguments: MalformedRequest.all)
    func malformed(_ request: MalformedRequest) {
        let parsed = parseRequests(request.text)
        #expect(parsed.failure?.status.code == request.status)
        #expect(parsed.requests.isEmpty)
    }

    @Test("cut anywhere, a refused request is refused the same", arguments: MalformedRequest.all)
    func malformedInPieces(_ request: MalformedRequest) {
        let bytes = Array(request.text.utf8)
        var random = SplitMix64(seed: 7)
        let whole = parseRequests([bytes]).failure?.status
        #expect(parseRequests(bytes.map { [$0] }).failure?.status == whole)
        #expect(parseRequests(randomPieces(bytes, using: &random)).failure?.status == whole)
    }

    @Test("nothing is read behind a refused request")
    func failureStays() {
        var parser = RequestParser()
        parser.append(Array("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        let first = parser.next()
        #expect(first == .failure(HTTPFailure(400, "there is no Host")))
        #expect(parser.next() == first)
    }

    @Test("a plain request is taken apart")
    func plain() throws {
        let text =
            "GET /c/abc/1?utm=a%20b&x HTTP/1.1\r\nHost: Mail.Example:8080\r\nX-A:  b c\t\r\n\r\n"
        let parsed = parseRequests(text)
        let request = try #require(parsed.requests.first)
        #expect(parsed.failure == nil && parsed.requests.count == 1 && parsed.isBetweenRequests)
        #expect(request.method == .get)
        #expect(request.path == "/c/abc/1")
        #expect(request.query == "utm=a%20b&x")
        #expect(request.authority == "mail.example:8080")
        #expect(request.headers["x-a"] == "b c")
        #expect(request.framing == .none && request.keepsAlive)
    }

    @Test(
        "targets",
        arguments: [
            ("/", "/", nil, "h"),
            ("/a//b/../c", "/a//b/../c", nil, "h"),
            ("/?", "/", "", "h"),
            ("/a?b?c", "/a", "b?c", "h"),
            ("http://Other.example/x?y", "/x", "y", "other.example"),
            ("https://other.example", "/", nil, "other.example"),
            ("http://[::1]:80?q", "/", "q", "[::1]:80"),
            ("HTTP://o/", "/", nil, "o"),
        ] as [(String, String, String?, String)])
    func targets(target: String, path: String, query: String?, authority: String) throws {
        let parsed = parseRequests("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
        let request = try #require(parsed.requests.first)
        #expect(request.path == path && request.query == query && request.authority == authority)
    }

    @Test("OPTIONS may ask about *")
    func asterisk() {
        #expect(parseRequests("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").requests.first?.path == "*")
    }

    @Test(
        "the connection is kept or closed as version and Connection say",
        arguments: [
            ("1.1", "", true), ("1.1", "Connection: close", false),
            ("1.1", "Connection: x, Close", false), ("1.0", "", false),
            ("1.0", "Connection: Keep-Alive", false), ("1.9", "", true),
        ])
    func keepAlive(version: String, field: String, kept: Bool) {
        let lines = ["GET / HTTP/\(version)", "Host: a", field].filter { !$0.isEmpty }
        let parsed = parseRequests(lines.joined(separator: "\r\n") + "\r\n\r\n")
        #expect(parsed.requests.first?.keepsAlive == kept)
    }

    @Test("HTTP/1.0 needs no Host")
    func oldVersion() {
        #expect(parseRequests("GET / HTTP/1.0\r\n\r\n").requests.first?.authority == "")
    }

    @Test("one empty line before a request is skipped")
    func emptyLine() {
        #expect(parseRequests("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").requests.count == 1)
    }

    @Test("a body has the declared length, and what follows is the next request")
    func pipelining() {
        let parsed = parseRequests(
            "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3;n=v\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
                + "POST /4 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGE")
        #expect(parsed.failure == nil)
        #expect(parsed.requests.map(\.path) == ["/1", "/2", "/3", "/4"])
        #expect(
            parsed.requests.map { String(decoding: $0.body, as: UTF8.self) }
                == ["abc", "", "abc0123456789", ""])
        #expect(!parsed.isBetweenRequests)
    }

    @Test("the limit of a body can be set when its head is known")
    func bodyLimitPerRequest() {
        var parser = RequestParser()
        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
        parser.append(Array(head.utf8) + [UInt8](repeating: 0x61, count: 100_000))
        guard case .head = parser.next() else { return #expect(Bool(false), "no head") }
        parser.bodyLimit = 100_000
        #expect(parser.next() == .body([UInt8](repeating: 0x61, count: 100_000)))
        #expect(parser.next() == .end)
        parser.append(Array(head.utf8))
        guard case .head = parser.next() else { return #expect(Bool(false), "no head") }
        #expect(parser.next() == .failure(HTTPFailure(413, "the body is too large")))
    }

    @Test("limits hold to the octet", arguments: [0, 1])
    func exactLimits(over: Int) {
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        let filler = String(repeating: "x", count: 200 - start.utf8.count - 4 + over)
        let limits = HTTPLimits(headBytes: 200, fields: 2, bodyBytes: 0)
        let parsed = parseRequests(start + filler + "\r\n\r\n", limits: limits)
        #expect(parsed.failure?.status == (over == 0 ? nil : 431))
    }

    @Test(
        "requests come out the same however their octets arrive",
        arguments: 1...50 as ClosedRange<UInt64>)
    func randomChunking(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var stream: [UInt8] = []
        for number in 0..<Int.random(in: 1...6, using: &random) {
            let body = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            stream += Array("POST /\(number) HTTP/1.1\r\nHost: a\r\n".utf8)
            if Bool.random(using: &random) {
                stream += Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
            } else {
                stream += Array("Transfer-Encoding: chunked\r\n\r\n".utf8)
                for piece in randomPieces(body, using: &random) {
                    stream += ChunkedCoding.chunk(piece)
                }
                stream += ChunkedCoding.end
            }
        }
        // Half of the streams are damaged at one place: still the same result.
        if Bool.random(using: &random) {
            stream[Int.random(in: stream.indices, using: &random)] =
                [0x0A, 0x0D, 0x20, 0x00, 0x3A].randomElement(using: &random) ?? 0
        }
        let whole = parseRequests([stream])
        #expect(parseRequests(stream.map { [$0] }) == whole)
        #expect(parseRequests(randomPieces(stream, using: &random)) == whole)
    }

    @Test(
        "no octets make the parser trap or answer twice", arguments: 1...200 as ClosedRange<UInt64>)
    func hostile(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let seeds = MalformedRequest.all.filter { $0.text.utf8.count < 1000 }.map(\.text)
        var bytes: [UInt8] = []
        for _ in 0..<3 { bytes += Array((seeds.randomElement(using: &random) ?? "").utf8) }
        for _ in 0..<Int.random(in: 0...8, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0...2, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            }
        }
        let whole = parseRequests([bytes])
        #expect(parseRequests(bytes.map { [$0] }) == whole)
        #expect(whole.failure != nil || whole.requests.count <= 3)
    }

    @Test("an octet at a time costs no more looks than octets")
    func linear() {
        // A scan from the start at every octet would need 5·10¹¹ steps here.
        let limits = HTTPLimits(headBytes: 1 << 20, fields: 100, bodyBytes: 1 << 20)
        let head =
            "GET /" + String(repeating: "a", count: 1_000_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"
        let pieces = head.utf8.lazy.map { [$0] }
        #expect(parseRequests(pieces, limits: limits).requests.count == 1)
    }
}
