import Bench
import Core
import Glibc
import HTTP
import JSON
import Store
import Testing

/// One code a person, whatever happens to the daemon.
@Suite(.serialized) struct CouponTests {
    private static let mailing = Scenario.mailing.replacing(
        "subject: Hello", with: "subject: Your code {% coupon \"autumn\" %},")

    private func scenario(_ sink: Sink) throws -> Scenario {
        try Scenario("coupons", relayPort: Int(sink.port), mailing: Self.mailing)
    }

    private func fill(_ scenario: Scenario, _ codes: Range<Int>) throws -> JSON {
        let lines = codes.map { "CODE-\($0)-\n" }.joined()
        return try #require(
            scenario.control.ask("/v1/coupons/autumn", by: .post, body: Array(lines.utf8)))
    }

    /// Each message's code, by its recipient.
    private func codes(_ mailbox: Mailbox) -> [(recipient: String, code: String)] {
        mailbox.messages.map { message in
            let recipient = message.split(separator: "Delivered-To: ")[1].prefix { !$0.isNewline }
            let subject = message.split(separator: "Subject: Your code ")[1]
            return (String(recipient), String(subject.prefix { $0 != "," }))
        }
    }

    @Test(
        "kill -9 while codes are given: nobody shares one, and all are accounted for",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(10)))
    func kills() throws {
        let people = 1000
        let mailbox = Mailbox()
        let sink = try Sink(mailbox.options)
        defer { sink.stop() }
        let scenario = try scenario(sink)
        #expect(try fill(scenario, 0..<people)["added"]?.integer == Int64(people))
        try scenario.mail(people)
        for round in 1...5 {
            _ = sink.waitForMessages(people * round / 6, milliseconds: 60_000)
            scenario.kill()
            try scenario.restart()
        }
        try scenario.waitUntilFinished(seconds: 300)
        let given = codes(mailbox)
        #expect(Set(given.map(\.recipient)).count == given.count, "somebody got it twice")
        #expect(Set(given.map(\.code)).count == given.count, "two people have one code")
        #expect(given.allSatisfy { $0.code.hasPrefix("CODE-") })
        let pool = try #require(scenario.control.ask("/v1/coupons/autumn?limit=10000"))
        #expect(pool["given"]?.integer == Int64(people), "\(scenario.counts)")
        #expect(pool["left"]?.integer == 0)
        let owners = (pool["given_to"]?.array ?? []).reduce(into: [String: String]()) {
            $0[$1["email"]?.string ?? ""] = $1["code"]?.string
        }
        #expect(owners.count == people)
        for one in given { #expect(owners[one.recipient] == one.code) }
    }

    @Test(
        "a mailing is not released while its pool is short, not even by hand",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(3)))
    func held() throws {
        let mailbox = Mailbox()
        let sink = try Sink(mailbox.options)
        defer { sink.stop() }
        let scenario = try scenario(sink)
        _ = try fill(scenario, 0..<99)
        try scenario.add(100)
        #expect(scenario.control.ask("/v1/mailings/hello/release", by: .post) == nil)
        #expect(scenario.state == "waiting")
        _ = try fill(scenario, 0..<100)
        try scenario.release()
        try scenario.waitUntilFinished(seconds: 60)
        #expect(Set(codes(mailbox).map(\.code)).count == 100)
    }

    @Test(
        "an empty pool pauses the mailing with the reason; after an import it goes on",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(3)))
    func short() throws {
        let mailbox = Mailbox()
        let sink = try Sink(mailbox.options)
        defer { sink.stop() }
        let scenario = try scenario(sink)
        _ = try fill(scenario, 0..<60)
        try scenario.add(100)
        // As if another mailing had taken the codes after this one was released.
        scenario.kill()
        let store = try Store(directory: scenario.home.state)
        try store.write(.control) { try $0.release("hello", at: Instant(milliseconds: 1)) }
        store.close()
        try scenario.restart()
        let isPaused = eventually(within: 60) { scenario.state == "paused" }
        try #require(isPaused, "\(scenario.counts), \(scenario.log)")
        let reason = scenario.control.look("/v1/mailings/hello")?["reason"]?.string
        #expect(reason == "the coupon pool autumn has no code left: import more, then resume")
        // Nobody is left out for it: whoever has no mail yet waits.
        let waits = eventually(within: 30) {
            scenario.counts["sent", default: 0] + scenario.counts["queued", default: 0] == 100
        }
        #expect(waits, "\(scenario.counts)")
        let answer = try fill(scenario, 50..<100)
        #expect(answer["added"]?.integer == 40)
        #expect(answer["duplicates"]?.integer == 10)
        #expect(scenario.control.ask("/v1/mailings/hello/resume", by: .post) != nil)
        try scenario.waitUntilFinished(seconds: 60)
        let given = codes(mailbox)
        #expect(Set(given.map(\.code)).count == 100)
        #expect(Set(given.map(\.recipient)).count == 100)
    }
}
