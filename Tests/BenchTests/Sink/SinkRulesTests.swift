import Testing

@testable import Bench

@Suite struct SinkRulesTests {
    @Test("rules with comments and blank lines are read")
    func reads() throws {
        _ = try SinkRules(
            """
            # gone
            rcpt *@gone.example reply 550 5.1.1 no such user

            rcpt later*@* once reply 451 4.2.1 try later
            dot  *  delay 20
            dot  x@example.com first 3 drop
            dot  y@example.com keep-and-drop
            rcpt y@example.com reset
            ehlo * drip 100
            connect * accept
            """)
    }

    @Test("a reply's text may hold several lines and any byte")
    func replies() {
        #expect(SinkReply.bytes(250, "fine") == Array("250 fine\r\n".utf8))
        #expect(
            SinkReply.bytes(550, "5.1.1 no\\n\\x41\\xFF")
                == Array("550-5.1.1 no\r\n550 A".utf8) + [0xFF, 0x0D, 0x0A])
    }

    @Test(
        "a rule that cannot be meant names its line",
        arguments: [
            "bang * accept", "rcpt *", "rcpt", "rcpt * reply", "rcpt * reply 600 x",
            "rcpt * reply x", "rcpt * delay", "rcpt * delay -1", "rcpt * drip",
            "rcpt * first accept",
            "rcpt * first 0 accept", "rcpt * dropp", "rcpt * drop now",
        ])
    func refuses(_ line: String) {
        let error = #expect(throws: SinkRules.Invalid.self) { try SinkRules("# c\n" + line) }
        #expect(error?.line == 2)
    }
}
