/// What smugglers have sent to servers that stand behind one another: each of these was read in two
/// ways by some pair of them.
extension MalformedRequest {
    static let smuggling: [MalformedRequest] =
        transferCodings + contentLengths + chunkSizes + extensions + lineEnds + targets
        + authorities

    private static func coding(_ name: String, _ lines: String...) -> MalformedRequest {
        MalformedRequest(
            name, 400,
            "POST / HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined()
                + "\r\n0\r\n\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n")
    }

    private static let transferCodings = [
        coding("CL.TE", "Content-Length: 6", "Transfer-Encoding: chunked"),
        coding("TE.CL", "Transfer-Encoding: chunked", "Content-Length: 4"),
        coding("CL.TE, length 0", "Content-Length: 0", "Transfer-Encoding: chunked"),
        coding("capitals with a length", "TRANSFER-ENCODING: CHUNKED", "content-length: 3"),
        coding("chunked twice", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        coding("chunked, identity", "Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        coding("identity, chunked", "Transfer-Encoding: identity", "Transfer-Encoding: chunked"),
        coding("list ending in chunked", "Transfer-Encoding: identity, chunked"),
        coding("list beginning with chunked", "Transfer-Encoding: chunked, identity"),
        coding("chunked in a list with itself", "Transfer-Encoding: chunked, chunked"),
        coding("x before chunked", "Transfer-Encoding: xchunked"),
        coding("x behind chunked", "Transfer-Encoding: chunkedx"),
        coding("semicolon behind chunked", "Transfer-Encoding: chunked;"),
        coding("parameter of chunked", "Transfer-Encoding: chunked;q=1"),
        coding("comma behind chunked", "Transfer-Encoding: chunked,"),
        coding("comma before chunked", "Transfer-Encoding: ,chunked"),
        coding("quoted in single quotes", "Transfer-Encoding: 'chunked'"),
        coding("coding on a folded line", "Transfer-Encoding:", " chunked"),
        coding("coding folded by a tab", "Transfer-Encoding:", "\tchunked"),
        coding("space before the coding's colon", "Transfer-Encoding : chunked"),
        coding("tab before the coding's colon", "Transfer-Encoding\t: chunked"),
        coding("space before the coding's name", " Transfer-Encoding: chunked"),
        coding("form feed before chunked", "Transfer-Encoding: \u{0C}chunked"),
        coding("NUL behind chunked", "Transfer-Encoding: chunked\0"),
        coding("return before the coding's name", "X: y\rTransfer-Encoding: chunked"),
        coding("line feed before the coding's name", "X: y\nTransfer-Encoding: chunked"),
        coding("line feed in the coding's name", "Transfer-\nEncoding: chunked"),
        coding("gzip before chunked", "Transfer-Encoding: gzip, chunked"),
    ]

    private static let contentLengths = [
        coding("two lengths", "Content-Length: 5", "Content-Length: 50"),
        coding("the same length twice", "Content-Length: 5", "Content-Length: 5"),
        coding("the same length in a list", "Content-Length: 5, 5"),
        coding("length with a plus", "Content-Length: +5"),
        coding("length with a letter", "Content-Length: 5a"),
        coding("length with an exponent", "Content-Length: 1e1"),
        coding("length in other digits", "Content-Length: \u{0665}"),
        coding("length with a space inside", "Content-Length: 1 0"),
        coding("space before the length's colon", "Content-Length : 5"),
        coding("folded length", "Content-Length:", " 5"),
        coding("length past 64 bits", "Content-Length: 18446744073709551621"),
        coding("length with an underscore inside", "Content-Length: 1_0"),
        coding("length in quotes", "Content-Length: \"5\""),
        coding("semicolon behind the length", "Content-Length: 5;"),
    ]

    private static func chunk(_ name: String, _ body: String) -> MalformedRequest {
        MalformedRequest(
            name, 400,
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
    }

    private static let chunkSizes = [
        chunk("size with an underscore", "1_0\r\nabc\r\n0\r\n\r\n"),
        chunk("size with a leading plus", "+3\r\nabc\r\n0\r\n\r\n"),
        chunk("size past 64 bits", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
        chunk("line feed in an extension", "3;a\nb\r\nabc\r\n0\r\n\r\n"),
        chunk("lone line feeds", "3\nabc\n0\n\n"),
        chunk("no line end behind the data", "3\r\nabc0\r\n\r\n"),
        chunk("NUL behind the size", "3\0\r\nabc\r\n0\r\n\r\n"),
        chunk("tab behind the size", "3\t\r\nabc\r\n0\r\n\r\n"),
        chunk("comma in the size", "3,3\r\nabc\r\n0\r\n\r\n"),
        chunk("folded trailer", "0\r\nA: b\r\n c\r\n\r\n"),
        chunk("space before a trailer's colon", "0\r\nA : b\r\n\r\n"),
    ]

    private static let extensions = [
        chunk("extension without name", "3;\r\nabc\r\n0\r\n\r\n"),
        chunk("extension of a value only", "3;=x\r\nabc\r\n0\r\n\r\n"),
        chunk("extension without value", "3;a=\r\nabc\r\n0\r\n\r\n"),
        chunk("extension with an open quote", "3;a=\"b\r\nabc\r\n0\r\n\r\n"),
        chunk("extension ending in an escape", "3;a=\"b\\\r\nabc\r\n0\r\n\r\n"),
        chunk("text behind a quoted extension", "3;a=\"b\"c\r\nabc\r\n0\r\n\r\n"),
        chunk("blank in an extension", "3;a b\r\nabc\r\n0\r\n\r\n"),
        chunk("two semicolons", "3;;a\r\nabc\r\n0\r\n\r\n"),
        chunk("NUL in a quoted extension", "3;a=\"\0\"\r\nabc\r\n0\r\n\r\n"),
        chunk("UTF-8 in a quoted extension", "3;a=\"ä\"\r\nabc\r\n0\r\n\r\n"),
        chunk("extension of the last chunk", "0;\r\n\r\n"),
        chunk("a request in place of a size", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        chunk("negative size", "-1\r\nabc\r\n0\r\n\r\n"),
        chunk("size in other digits", "\u{0663}\r\nabc\r\n0\r\n\r\n"),
        chunk("size with a fraction", "3.0\r\nabc\r\n0\r\n\r\n"),
        chunk("size in quotes", "\"3\"\r\nabc\r\n0\r\n\r\n"),
        chunk("two returns behind the size", "3\r\r\nabc\r\n0\r\n\r\n"),
        chunk("line feed and return behind the data", "3\r\nabc\n\r0\r\n\r\n"),
        chunk("trailer without colon", "0\r\nContent-Length\r\n\r\n"),
        chunk("NUL in a trailer", "0\r\nA: b\0\r\n\r\n"),
    ]

    private static let lineEnds = [
        MalformedRequest("line feeds alone", 400, "GET / HTTP/1.1\nHost: a\n\n"),
        MalformedRequest(
            "line feed before the empty line", 400, "GET / HTTP/1.1\r\nHost: a\n\r\n"),
        MalformedRequest("an empty line of a feed", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        MalformedRequest("two returns", 400, "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"),
        MalformedRequest("a return in a name", 400, "GET / HTTP/1.1\r\nHo\rst: a\r\n\r\n"),
        MalformedRequest("vertical tab in the line", 400, "GET\u{0B}/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("no-break space", 400, "GET /\u{A0}HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("a second version", 400, "GET / HTTP/1.1 HTTP/1.0\r\nHost: a\r\n\r\n"),
    ]

    private static let targets = [
        MalformedRequest("a space in Host", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        MalformedRequest("a tab in Host", 400, "GET / HTTP/1.1\r\nHost: a\tb\r\n\r\n"),
        MalformedRequest("user in a URL", 400, "GET http://b@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("two URLs", 400, "GET http://a:http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("authority alone", 400, "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("port alone in a URL", 400, "GET http://:80/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("no slashes in a URL", 400, "GET http:a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("fragment in a URL", 400, "GET http://a/#b HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("a query alone", 400, "GET ?a HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("backslash first", 400, "GET \\a HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("* with a path", 400, "OPTIONS */a HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("DEL in the target", 400, "GET /\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("escape cut off", 400, "GET /a% HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest(
            "NUL escaped behind more", 400, "GET /a%2F%00b HTTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("a sign in the version", 400, "GET / HTTP/+1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("no minor version", 400, "GET / HTTP/1\r\nHost: a\r\n\r\n"),
        MalformedRequest("comma in the version", 400, "GET / HTTP/1,1\r\nHost: a\r\n\r\n"),
        MalformedRequest("HTTP/3", 505, "GET / HTTP/3.0\r\nHost: a\r\n\r\n"),
        MalformedRequest("another protocol", 400, "GET / SMTP/1.1\r\nHost: a\r\n\r\n"),
        MalformedRequest("words of SMTP", 400, "EHLO a.example\r\nMAIL FROM:<a@b>\r\n"),
        MalformedRequest("preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ]

    private static func host(_ name: String, _ host: String) -> MalformedRequest {
        MalformedRequest(name, 400, "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    }

    private static let authorities = [
        host("port beyond 65535", "a:65536"), host("port with a sign", "a:+80"),
        host("two ports", "a:80:80"), host("a URL as Host", "http://a"),
        host("query in Host", "a?b"), host("fragment in Host", "a#b"),
        host("escape in Host", "a%2eb"), host("quoted Host", "\"a\""),
        host("colon alone", ":"), host("port alone", ":80"), host("UTF-8 in Host", "\u{E4}"),
        host("no address in brackets", "[a]"), host("IPv4 in brackets", "[127.0.0.1]"),
        host("colons in brackets", "[::::]"), host("nothing in brackets", "[]"),
        host("text behind brackets", "[::1]a"), host("zone in brackets", "[fe80::1%25eth0]"),
        MalformedRequest(
            "Host of another spelling twice", 400, "GET / HTTP/1.1\r\nhost: a\r\nHOST: b\r\n\r\n"),
        MalformedRequest(
            "Host in the trailer only", 400,
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: a\r\n\r\n"),
        MalformedRequest("Host on a folded line", 400, "GET / HTTP/1.1\r\nHost:\r\n a\r\n\r\n"),
    ]
}
