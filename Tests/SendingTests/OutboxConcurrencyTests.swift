import Core
import Curl
import Pacing
import SMTP
import Testing
import Threads

@testable import Sending
@testable import Store

@Suite struct OutboxConcurrencyTests {
    @Test("only so many messages are under way to a destination; others pass them by")
    func limit() throws {
        let options = SendingOptions(
            relays: [.init(name: "sink", relay: Relay(host: "127.0.0.1", port: 25, tls: .off))],
            flightLogPath: "")
        let outbox = Outbox(options, Surroundings(clock: { .epoch }, uptime: { .zero }))
        outbox.limit(["strict.example": 2])
        try outbox.put((1...5).map { try .test($0, to: "strict.example") })
        let first = try #require(outbox.take(0))
        let second = try #require(outbox.take(0))
        #expect(outbox.take(0) == nil && !outbox.hasWork(for: 0))
        outbox.put([try .test(6, to: "other.example")])
        #expect(outbox.take(0)?.delivery.id == 6)
        let accepted = SMTPReply(code: 250, status: nil, text: "")
        outbox.heard(first, .accepted(accepted))
        #expect(outbox.take(0)?.delivery.id == 3)
        #expect(outbox.take(0) == nil)
        // Whatever the outcome, the room is there again.
        outbox.heard(second, .inDoubt(reason: "closed"))
        #expect(outbox.take(0)?.delivery.id == 4)
    }
}
