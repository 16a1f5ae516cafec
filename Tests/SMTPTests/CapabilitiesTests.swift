import SMTP
import Testing

@Suite struct CapabilitiesTests {
    private func read(_ lines: String...) -> Capabilities {
        var capabilities = Capabilities()
        for line in lines { capabilities.read(keyword: line) }
        return capabilities
    }

    @Test("keywords are known in any case, unknown ones ignored")
    func keywords() {
        let all = read(
            "pipelining", "8BITMIME", "SmtpUtf8", "DSN", "ENHANCEDSTATUSCODES", "STARTTLS",
            "CHUNKING", "", "X-SOMETHING 1 2 3")
        #expect(all.pipelining && all.eightBitMIME && all.smtpUTF8 && all.dsn)
        #expect(all.enhancedStatusCodes && all.startTLS)
        #expect(read("PIPELININGS") == Capabilities())
    }

    @Test(
        "SIZE may name a limit, none, zero or nonsense",
        arguments: [
            ("SIZE 10240000", 10_240_000), ("SIZE", nil), ("SIZE 0", nil), ("SIZE x", nil),
            ("SIZE -5", nil), ("SIZE 99999999999999999999999", nil),
        ] as [(String, Int?)])
    func size(_ line: String, _ limit: Int?) {
        #expect(read(line).size)
        #expect(read(line).sizeLimit == limit)
    }

    @Test("AUTH lists mechanisms once each, in the old spelling too, at most 20")
    func auth() {
        #expect(
            read("AUTH PLAIN login", "AUTH=PLAIN XOAUTH2").authMechanisms == [
                "PLAIN", "LOGIN", "XOAUTH2",
            ])
        let many = "AUTH " + (0..<100).map { "M\($0)" }.joined(separator: " ")
        #expect(read(many).authMechanisms.count == 20)
    }
}
