import HTTP
import Testing

@Suite struct HTTPResponseTests {
    @Test("an answer is written with its length and the connection's fate")
    func serialized() throws {
        let response = HTTPResponse(302, headers: ["Location": "https://shop.example/"])
        let date = HTTPDate.text(unixSeconds: 784_111_777)
        let bytes = try response.serialized(.init(keepsAlive: false, date: date))
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                HTTP/1.1 302 Found\r
                date: Sun, 06 Nov 1994 08:49:37 GMT\r
                location: https://shop.example/\r
                connection: close\r
                content-length: 0\r
                \r

                """)
    }

    @Test("a prepared answer is written the same, also after it was changed")
    func prepared() throws {
        let plain = HTTPResponse(302, headers: ["Location": "https://shop.example/"], body: [0x61])
        var prepared = plain
        try prepared.prepare()
        #expect(prepared == plain)
        let framing = HTTPResponse.Framing(keepsAlive: false, date: "now")
        #expect(try prepared.serialized(framing) == plain.serialized(framing))
        prepared.headers.set("location", "/elsewhere")
        prepared.status = 303
        let text = String(decoding: try prepared.serialized(), as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 303 ") && text.contains("location: /elsewhere\r\n"))
        var unwritable = HTTPResponse(200, headers: ["a": "b\nc"])
        #expect(throws: UnwritableField.self) { try unwritable.prepare() }
    }

    @Test("an answer to HEAD tells the length and has no body; 204 has neither")
    func bodies() throws {
        let toHead = try HTTPResponse(200, text: "abc").serialized(.init(toHead: true))
        let text = String(decoding: toHead, as: UTF8.self)
        #expect(text.contains("content-length: 3\r\n") && text.hasSuffix("\r\n\r\n"))
        let empty = try HTTPResponse(204, body: [1]).serialized()
        #expect(String(decoding: empty, as: UTF8.self) == "HTTP/1.1 204 No Content\r\n\r\n")
    }

    @Test("framing fields of a handler are left out")
    func oursOnly() throws {
        let response = HTTPResponse(
            200, headers: ["Content-Length": "7", "Transfer-Encoding": "chunked"], body: [0x61])
        let text = String(decoding: try response.serialized(), as: UTF8.self)
        #expect(text == "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na")
    }

    @Test(
        "no field can smuggle in a line",
        arguments: [
            ("Location", "/\r\nSet-Cookie: a"), ("Location", "/\n"), ("Location", "a\0"),
            ("X Y", "a"), ("", "a"), ("X:", "a"), ("X\r\n", "a"),
        ])
    func injection(name: String, value: String) {
        let response = HTTPResponse(200, headers: [name: value])
        #expect(throws: UnwritableField.self) { try response.serialized() }
        #expect(throws: UnwritableField.self) { try response.serializedChunkedHead() }
    }
}
