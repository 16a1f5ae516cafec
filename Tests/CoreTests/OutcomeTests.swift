import Core
import Testing

@Suite struct EnhancedStatusTests {
    @Test(
        "A status code is three numbers, the first of them 2, 4 or 5",
        arguments: [
            ("5.1.1", EnhancedStatus(5, 1, 1)), ("2.0.0", EnhancedStatus(2, 0, 0)),
            ("4.999.12", EnhancedStatus(4, 999, 12)), ("3.1.1", nil), ("5.1", nil),
            ("5.1.1.1", nil), ("5..1", nil), ("5.1000.1", nil), ("5.1.x", nil), ("+5.1.1", nil),
            ("", nil),
        ] as [(String, EnhancedStatus?)])
    func reads(text: String, expected: EnhancedStatus?) {
        #expect(EnhancedStatus(text) == expected)
    }

    @Test("A reply reads as the server said it")
    func reply() {
        let reply = SMTPReply(code: 550, status: EnhancedStatus(5, 1, 1), text: "no such user")
        #expect(reply.description == "550 5.1.1 no such user")
        #expect(reply.isPermanent && !reply.isTemporary)
    }
}
