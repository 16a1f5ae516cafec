import Testing

@testable import Seal

@Suite struct ReturnPathTests {
    static let token = Token(bits: 0x0123_4567_89AB_CDEF_0123_4567_89AB_CDEF)
    static let local = "b-\(token.text)"

    @Test("its local part leaves half of the 64 octets to forwarders")
    func length() throws {
        let address = ReturnPath.address(Self.token, domain: "bounce.example")
        #expect(address == "\(Self.local)@bounce.example")
        #expect(Self.local.utf8.count == 28)
    }

    @Test(
        "the token is found however the address was wrapped",
        arguments: [
            "\(local)@bounce.example",
            "\(local.uppercased())@BOUNCE.EXAMPLE",
            "<\(local)@bounce.example>",
            "prvs=1234abcdef=\(local)@bounce.example",
            "prvs=\(local)=1234abcdef@bounce.example",
            "btv1==123abc==\(local)@bounce.example",
            "SRS0=x9Qz=7T=bounce.example=\(local)@forwarder.example",
            "SRS0+x9Qz=7T=bounce.example=\(local.uppercased())@forwarder.example",
            "SRS1=abcd=first.example==x9Qz=7T=bounce.example=\(local)@second.example",
            "\"\(local)\"@bounce.example",
        ])
    func wrapped(_ address: String) {
        #expect(ReturnPath.tokens(in: address) == [Self.token])
    }

    @Test(
        "text without a token has none",
        arguments: [
            "", "b-", "anna@example.org", "b-\(String(repeating: "a", count: 25))@bounce.example",
            "\(local)a@bounce.example", "x\(local)@bounce.example",
            "b-\(String(repeating: "a", count: 25))b@bounce.example",
        ])
    func absent(_ text: String) {
        #expect(ReturnPath.tokens(in: text) == [])
    }

    @Test("at most four are taken from a long list")
    func bounded() {
        let many = String(repeating: "\(Self.local)@x.example, ", count: 50)
        #expect(ReturnPath.tokens(in: many).count == 4)
    }
}

@Suite struct MessageIDTests {
    @Test("is the token with a mark, and is found again in any case and surroundings")
    func roundTrip() {
        let id = MessageID.text(ReturnPathTests.token, domain: "news.example")
        #expect(id == "<\(ReturnPathTests.token.text).m@news.example>")
        #expect(MessageID.tokens(in: id) == [ReturnPathTests.token])
        #expect(MessageID.tokens(in: "<other@x> \(id.uppercased())") == [ReturnPathTests.token])
        #expect(MessageID.tokens(in: "<\(ReturnPathTests.token.text)@news.example>") == [])
    }
}
