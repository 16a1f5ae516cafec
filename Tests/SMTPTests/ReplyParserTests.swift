import Core
import SMTP
import Testing

@Suite struct ReplyParserTests {
    private func replies(_ text: String) throws -> [SMTPReply] {
        var parser = ReplyParser()
        return try parser.read(text.utf8)
    }

    @Test(
        "one line makes one reply",
        arguments: [
            ("250 2.1.0 Ok\r\n", 250, "2.1.0", "Ok"), ("250 ok\r\n", 250, nil, "ok"),
            ("354\r\n", 354, nil, ""), ("250 \r\n", 250, nil, ""), ("250 ok\n", 250, nil, "ok"),
            ("550 5.1.1\r\n", 550, "5.1.1", ""),
            ("550 5.1.1 <x>: no such user\r\n", 550, "5.1.1", "<x>: no such user"),
            // The class of the status disagrees with the code: it is text (RFC 2034 §4).
            ("250 5.1.1 odd\r\n", 250, nil, "5.1.1 odd"),
            ("250 2.1.0x odd\r\n", 250, nil, "2.1.0x odd"),
            ("550 5.1 odd\r\n", 550, nil, "5.1 odd"),
        ] as [(String, Int, String?, String)])
    func single(_ bytes: String, _ code: Int, _ status: String?, _ text: String) throws {
        #expect(
            try replies(bytes) == [
                SMTPReply(code: code, status: status.flatMap { EnhancedStatus($0) }, text: text)
            ])
    }

    @Test("lines of one reply are joined, their status taken off each")
    func multiLine() throws {
        let reply = try #require(
            replies("550-5.7.1 refused\r\n550-5.7.1 see\r\n550 5.7.1 http://x\r\n").first)
        #expect(reply.code == 550)
        #expect(reply.status == EnhancedStatus(5, 7, 1))
        #expect(reply.text == "refused see http://x")
    }

    @Test("bytes that are not printable ASCII are kept as hexadecimal")
    func escapes() throws {
        var parser = ReplyParser()
        let reply = try #require(
            parser.read(Array("250 h".utf8) + [0xC3, 0xA9, 0xFF, 0x00, 0x0D, 0x0D, 0x0A]).first)
        #expect(reply.text == #"h\xC3\xA9\xFF\x00\x0D"#)
    }

    @Test("a reply of 10 KB is taken, its text cut at 500 octets and never within an escape")
    func long() throws {
        let reply = try #require(replies("250 " + String(repeating: "ä", count: 5000) + "\n").first)
        #expect(reply.text.utf8.count == 500)
        #expect(reply.text.hasSuffix(#"\xA4\xC3"#))
        let line = "250-" + String(repeating: "x", count: 500) + "\r\n"
        let many = String(repeating: line, count: 20) + "250 end\r\n"
        #expect(try replies(many).first?.text.utf8.count == 500)
    }

    @Test("a reply of more than 64 KB is not believed, whether one line or many")
    func endless() {
        #expect(throws: ReplyFault.tooLong) {
            try replies("250 " + String(repeating: "x", count: 70_000))
        }
        #expect(throws: ReplyFault.tooLong) {
            try replies(String(repeating: "250-x\r\n", count: 10_000))
        }
    }

    @Test(
        "a line without a code is no reply",
        arguments: [
            "\r\n", "ok\r\n", "25\r\n", "25x ok\r\n", "150 ok\r\n", "650 ok\r\n", "2500 ok\r\n",
            "250:ok\r\n", " 250 ok\r\n", "<html>\r\n",
        ])
    func malformed(_ text: String) {
        #expect(throws: ReplyFault.malformed) { try replies(text) }
    }

    @Test("lines of one reply must bear one code")
    func codesDiffer() {
        #expect(throws: ReplyFault.codesDiffer) { try replies("250-a\r\n550 b\r\n") }
    }

    @Test("it does not matter how the bytes are cut, and several replies come in order")
    func chunks() throws {
        let bytes = Array("250-2.1.0 a\r\n250 2.1.0 b\r\n354 go\r\n550 5.1.1 no\r\n".utf8)
        var whole = ReplyParser()
        let expected = try whole.read(bytes)
        #expect(expected.map(\.code) == [250, 354, 550])
        for cut in 0...bytes.count {
            var parser = ReplyParser()
            let got = try parser.read(bytes[..<cut]) + parser.read(bytes[cut...])
            #expect(got == expected)
            #expect(!parser.isWithinReply)
        }
    }
}
