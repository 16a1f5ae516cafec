import Testing

/// Requests that are refused, with the status of the answer. Tests/SocketsTests links to this file and
/// sends the same to a live server.
struct MalformedRequest: Sendable, CustomTestStringConvertible {
    var name: String
    var status: Int
    var text: String

    init(_ name: String, _ status: Int, _ text: String) {
        self.name = name
        self.status = status
        self.text = text
    }

    var testDescription: String { name }

    static let all: [MalformedRequest] =
        requestLines + hosts + fields + lengths + codings + chunks + sizes + smuggling

    private static func head(_ lines: String...) -> String {
        lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    private static func post(_ fields: String..., body: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
    }

    static let requestLines = [
        MalformedRequest("two spaces", 400, head("GET  / HTTP/1.1", "Host: a")),
        MalformedRequest("a tab for a space", 400, head("GET\t/ HTTP/1.1", "Host: a")),
        MalformedRequest("a space at the end", 400, head("GET / HTTP/1.1 ", "Host: a")),
        MalformedRequest("a space in the target", 400, head("GET /a b HTTP/1.1", "Host: a")),
        MalformedRequest("no version", 400, head("GET /", "Host: a")),
        MalformedRequest("no target", 400, head("GET  HTTP/1.1", "Host: a")),
        MalformedRequest("lower-case version", 400, head("GET / http/1.1", "Host: a")),
        MalformedRequest("long version", 400, head("GET / HTTP/1.10", "Host: a")),
        MalformedRequest("a word for a version", 400, head("GET / HTTP/one", "Host: a")),
        MalformedRequest("HTTP/2", 505, head("GET / HTTP/2.0", "Host: a")),
        MalformedRequest("HTTP/0.9", 505, head("GET / HTTP/0.9", "Host: a")),
        MalformedRequest("method no token", 400, head("G(T / HTTP/1.1", "Host: a")),
        MalformedRequest("begins with a space", 400, head(" GET / HTTP/1.1", "Host: a")),
        MalformedRequest("two empty lines first", 400, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("a bare line feed first", 400, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("a bare return first", 400, "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("TLS", 400, "\u{16}\u{03}\u{01}"),
        MalformedRequest("bare line feed", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
        MalformedRequest("return in the target", 400, head("GET /\rb HTTP/1.1", "Host: a")),
        MalformedRequest("NUL in the target", 400, head("GET /\0 HTTP/1.1", "Host: a")),
        MalformedRequest("UTF-8 in the target", 400, head("GET /ä HTTP/1.1", "Host: a")),
        MalformedRequest("fragment", 400, head("GET /a#b HTTP/1.1", "Host: a")),
        MalformedRequest("relative target", 400, head("GET a HTTP/1.1", "Host: a")),
        MalformedRequest("broken escape", 400, head("GET /%4 HTTP/1.1", "Host: a")),
        MalformedRequest("escape without digits", 400, head("GET /%zz HTTP/1.1", "Host: a")),
        MalformedRequest("encoded NUL", 400, head("GET /%00 HTTP/1.1", "Host: a")),
        MalformedRequest("* with GET", 400, head("GET * HTTP/1.1", "Host: a")),
        MalformedRequest("CONNECT", 400, head("CONNECT a:443 HTTP/1.1", "Host: a:443")),
        MalformedRequest("another scheme", 400, head("GET ftp://a/ HTTP/1.1", "Host: a")),
        MalformedRequest("URL without host", 400, head("GET http:/// HTTP/1.1", "Host: a")),
        MalformedRequest("URL with user", 400, head("GET http://u@a/ HTTP/1.1", "Host: a")),
    ]

    static let hosts = [
        MalformedRequest("no Host", 400, head("GET / HTTP/1.1")),
        MalformedRequest("empty Host", 400, head("GET / HTTP/1.1", "Host:")),
        MalformedRequest("two Hosts", 400, head("GET / HTTP/1.1", "Host: a", "Host: b")),
        MalformedRequest("the same Host twice", 400, head("GET / HTTP/1.1", "Host: a", "Host: a")),
        MalformedRequest(
            "two Hosts with HTTP/1.0", 400, head("GET / HTTP/1.0", "Host: a", "Host: b")),
        MalformedRequest("list of Hosts", 400, head("GET / HTTP/1.1", "Host: a, b")),
        MalformedRequest("user in Host", 400, head("GET / HTTP/1.1", "Host: u@a")),
        MalformedRequest("path in Host", 400, head("GET / HTTP/1.1", "Host: a/b")),
        MalformedRequest("port no number", 400, head("GET / HTTP/1.1", "Host: a:b")),
        MalformedRequest("port too long", 400, head("GET / HTTP/1.1", "Host: a:123456")),
        MalformedRequest("open bracket", 400, head("GET / HTTP/1.1", "Host: [::1")),
        MalformedRequest("URL and no Host", 400, head("GET http://a/ HTTP/1.1")),
    ]

    static let fields = [
        MalformedRequest("space before the colon", 400, head("GET / HTTP/1.1", "Host : a")),
        MalformedRequest(
            "tab before the colon", 400, head("GET / HTTP/1.1", "Host: a", "X\t: b")),
        MalformedRequest("folded", 400, head("GET / HTTP/1.1", "Host: a", "X: b", " c")),
        MalformedRequest("folded by a tab", 400, head("GET / HTTP/1.1", "Host: a", "X: b", "\tc")),
        MalformedRequest("space before the first", 400, head("GET / HTTP/1.1", " Host: a")),
        MalformedRequest("no colon", 400, head("GET / HTTP/1.1", "Host: a", "X")),
        MalformedRequest("no name", 400, head("GET / HTTP/1.1", "Host: a", ": b")),
        MalformedRequest("name no token", 400, head("GET / HTTP/1.1", "Host: a", "X/Y: b")),
        MalformedRequest("UTF-8 in a name", 400, head("GET / HTTP/1.1", "Host: a", "Ä: b")),
        MalformedRequest("NUL in a name", 400, head("GET / HTTP/1.1", "Host: a", "X\0: b")),
        MalformedRequest("NUL in a value", 400, head("GET / HTTP/1.1", "Host: a", "X: b\0c")),
        MalformedRequest("DEL in a value", 400, head("GET / HTTP/1.1", "Host: a", "X: \u{7F}")),
        MalformedRequest("return in a value", 400, head("GET / HTTP/1.1", "Host: a", "X: b\rc")),
        MalformedRequest(
            "bare line feed in the head", 400, "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        MalformedRequest("bare line feed at the end", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        MalformedRequest("unknown expectation", 417, post("Expect: 200-ok")),
    ]

    static let lengths = [
        MalformedRequest(
            "two lengths", 400, post("Content-Length: 1", "Content-Length: 2", body: "xx")),
        MalformedRequest(
            "the same length twice", 400, post("Content-Length: 1", "Content-Length: 1", body: "x")),
        MalformedRequest("list of lengths", 400, post("Content-Length: 1, 1", body: "x")),
        MalformedRequest("sign", 400, post("Content-Length: +1", body: "x")),
        MalformedRequest("negative", 400, post("Content-Length: -1", body: "x")),
        MalformedRequest("hexadecimal", 400, post("Content-Length: 0x1", body: "x")),
        MalformedRequest("fraction", 400, post("Content-Length: 1.0", body: "x")),
        MalformedRequest("blank inside", 400, post("Content-Length: 1 1", body: "x")),
        MalformedRequest("empty length", 400, post("Content-Length:")),
        MalformedRequest("other digits", 400, post("Content-Length: \u{0661}")),
        MalformedRequest("overflow", 400, post("Content-Length: 99999999999999999999")),
        MalformedRequest("body too large", 413, post("Content-Length: 65537")),
    ]

    static let codings = [
        MalformedRequest(
            "coding and length", 400,
            post("Transfer-Encoding: chunked", "Content-Length: 5", body: "0\r\n\r\n")),
        MalformedRequest(
            "length and coding", 400,
            post("Content-Length: 5", "Transfer-Encoding: chunked", body: "0\r\n\r\n")),
        MalformedRequest(
            "two codings", 400, post("Transfer-Encoding: gzip, chunked", body: "0\r\n\r\n")),
        MalformedRequest(
            "chunked twice", 400, post("Transfer-Encoding: chunked, chunked", body: "0\r\n\r\n")),
        MalformedRequest(
            "two coding fields", 400,
            post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body: "0\r\n\r\n")),
        MalformedRequest("identity", 400, post("Transfer-Encoding: identity")),
        MalformedRequest("unknown coding", 400, post("Transfer-Encoding: xchunked")),
        MalformedRequest("quoted coding", 400, post("Transfer-Encoding: \"chunked\"")),
        MalformedRequest("vertical tab", 400, post("Transfer-Encoding: \u{0B}chunked")),
        MalformedRequest("empty coding", 400, post("Transfer-Encoding:")),
        MalformedRequest(
            "space before the colon of the coding", 400,
            post("Transfer-Encoding : chunked", "Content-Length: 5", body: "0\r\n\r\n")),
        MalformedRequest(
            "coding with HTTP/1.0", 400,
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ]

    private static func chunked(_ body: String) -> String {
        post("Transfer-Encoding: chunked", body: body)
    }

    static let chunks = [
        MalformedRequest("size no number", 400, chunked("x\r\n")),
        MalformedRequest("empty size", 400, chunked("\r\n")),
        MalformedRequest("size 0x1", 400, chunked("0x1\r\nx\r\n")),
        MalformedRequest("signed size", 400, chunked("+1\r\nx\r\n")),
        MalformedRequest("blank before the size", 400, chunked(" 1\r\nx\r\n")),
        MalformedRequest("blank behind the size", 400, chunked("1 \r\nx\r\n")),
        MalformedRequest("blank before the extension", 400, chunked("1 ;a\r\nx\r\n")),
        MalformedRequest("overflowing size", 400, chunked("FFFFFFFFFFFFFFFF1\r\nx\r\n")),
        MalformedRequest("padded size", 400, chunked("000000001\r\nx\r\n")),
        MalformedRequest("bare line feed behind the size", 400, chunked("1\nx\r\n")),
        MalformedRequest("return in the extension", 400, chunked("1;a\rb\r\nx\r\n")),
        MalformedRequest("long extension", 400, chunked("1;" + String(repeating: "a", count: 300))),
        MalformedRequest("data longer than the size", 400, chunked("1\r\nxy\r\n")),
        MalformedRequest("bare line feed behind the data", 400, chunked("1\r\nx\n0\r\n\r\n")),
        MalformedRequest("bare return behind the data", 400, chunked("1\r\nx\ry\r\n")),
        MalformedRequest("chunks too large", 413, chunked("10001\r\n")),
        MalformedRequest("broken trailer", 400, chunked("0\r\nX : a\r\n\r\n")),
        MalformedRequest("bare line feed in the trailer", 400, chunked("0\r\n\n")),
    ]

    static let sizes = [
        MalformedRequest(
            "long request line", 414,
            head("GET /" + String(repeating: "a", count: 16 * 1024) + " HTTP/1.1", "Host: a")),
        MalformedRequest("request line without end", 414, String(repeating: "a", count: 16_385)),
        MalformedRequest(
            "long field", 431,
            head("GET / HTTP/1.1", "Host: a", "X: " + String(repeating: "a", count: 16 * 1024))),
        MalformedRequest(
            "many fields", 431,
            "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "a: b\r\n", count: 100) + "\r\n"),
        MalformedRequest(
            "long trailer", 431,
            chunked("0\r\nX: " + String(repeating: "a", count: 16 * 1024) + "\r\n\r\n")),
    ]
}
