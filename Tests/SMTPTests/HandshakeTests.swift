import Core
import SMTP
import Testing

@Suite struct HandshakeTests {
    private func follow(_ text: String) -> Handshake {
        var handshake = Handshake()
        for line in text.split(separator: "\n") { handshake.read(line: Array("\(line)\r\n".utf8)) }
        return handshake
    }

    @Test("the keywords of the answer to EHLO are the capabilities")
    func plain() {
        let handshake = follow("220 mx\n250-mx hello PIPELINING\n250-SIZE 1000\n250 DSN")
        #expect(handshake.capabilities.sizeLimit == 1000)
        #expect(handshake.capabilities.dsn)
        // The first line names the server and offers nothing.
        #expect(!handshake.capabilities.pipelining)
        #expect(handshake.stage == .auth)
    }

    @Test("what was offered before STARTTLS is forgotten at its 220")
    func startTLS() {
        var handshake = follow(
            "220 mx\n250-mx\n250-PIPELINING\n250-AUTH LOGIN\n250 STARTTLS\n220 go ahead")
        #expect(handshake.isTLSStarted)
        #expect(handshake.capabilities == Capabilities())
        #expect(handshake.stage == .ehlo)
        for line in ["250-mx", "250-SIZE 5", "250 AUTH PLAIN"] {
            handshake.read(line: Array("\(line)\r\n".utf8))
        }
        #expect(handshake.capabilities.authMechanisms == ["PLAIN"])
        #expect(!handshake.capabilities.pipelining)
        #expect(handshake.stage == .auth)
    }

    @Test("HELO after a refused EHLO offers nothing")
    func helo() {
        let handshake = follow("220 mx\n502 what\n250 mx")
        #expect(handshake.capabilities == Capabilities())
        #expect(handshake.stage == .auth)
    }

    @Test(
        "the stage under way is known when it fails",
        arguments: [
            ("", Stage.connect), ("554 go away", .greeting), ("220 mx\n550 no", .ehlo),
            ("220 mx\n250-mx\n250 STARTTLS\n454 not now", .starttls),
            ("220 mx\n250-mx\n250 AUTH PLAIN\n535 5.7.8 wrong", .auth),
            ("220 mx\n250-mx\n250 AUTH PLAIN\n334 \n235 ok", .mail),
        ])
    func stages(_ text: String, _ stage: Stage) {
        #expect(follow(text).stage == stage)
    }

    @Test("the last reply is kept, broken lines are passed over")
    func lastReply() {
        let handshake = follow("220 mx\nrubbish\n535 5.7.8 wrong password")
        #expect(handshake.lastReply?.code == 535)
        #expect(handshake.lastReply?.status == EnhancedStatus(5, 7, 8))
    }
}
