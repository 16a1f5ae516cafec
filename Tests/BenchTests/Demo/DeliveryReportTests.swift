import Bounce
import Core
import Testing

@testable import Bench

@Suite struct DeliveryReportTests {
    @Test("a bounce reader finds a dead address and the return path")
    func reads() throws {
        let report = DeliveryReport(
            returnPath: "b-token@bounces.example.com", recipient: "reader7@post.example",
            messageID: "<token.m@mail.example.com>")
        let reading = BounceReader.read(report.bytes)
        #expect(reading.kind == .report)
        let recipient = try #require(reading.recipients.first)
        #expect(recipient.recipient == "reader7@post.example")
        #expect(recipient.status?.description == "5.1.1")
        #expect(recipient.verdict.weight == .hard)
        #expect(reading.arrivedAt.contains("b-token@bounces.example.com"))
        #expect(reading.messageIDs.contains { $0.contains("token.m@mail.example.com") })
    }
}
