import Bounce
import Core
import Seal
import Store
import Testing
import Threads

@testable import Inbox

@Suite struct IntakeTests {
    func apply(_ message: String, _ home: InboxHome) throws -> Intake.Result {
        try Intake(store: home.store, ring: home.ring).apply(
            Arrival(Array(message.utf8)), at: InboxHome.now
        ).result
    }

    func isForged(_ message: String, _ home: InboxHome) throws -> Bool {
        if case .forged = try apply(message, home) { true } else { false }
    }

    @Test("a hard report marks the delivery and takes the person out of all mail")
    func hard() throws {
        let home = try InboxHome()
        let result = try apply(home.report(0), home)
        #expect(
            result
                == .bounced(delivery: home.deliveries[0], .userUnknown, .hard))
        #expect(try home.state(0) == .bounced)
        #expect(try home.status(0) == .bounced)
        #expect(try home.state(1) == .sent)
        #expect(try home.status(1) == .active)
        #expect(try home.bounceEvents().map(\.profile) == [home.profiles[0]])
        #expect(
            try home.store.reader().delivery(home.deliveries[0])?.reason == "userunknown 550 5.1.1")
        // Queued deliveries of other mailings are blocked by the status when their turn comes.
        #expect(
            try home.store.reader().block(
                profile: home.profiles[0], kind: .transactional, topic: nil) == "status bounced")
    }

    @Test("a delivery in doubt becomes bounced: late evidence settles it")
    func inDoubt() throws {
        let home = try InboxHome(state: .inDoubt)
        #expect(try home.state(0) == .inDoubt)
        _ = try apply(home.report(0), home)
        #expect(try home.state(0) == .bounced)
    }

    @Test("a soft report is counted, a policy refusal leaves the person alone")
    func soft() throws {
        let home = try InboxHome()
        _ = try apply(home.report(0, status: "5.2.2", words: "552 mailbox full"), home)
        #expect(try home.state(0) == .bounced)
        #expect(try home.status(0) == .active)
        #expect(try home.profile(0)?.softBounces == 1)
        _ = try apply(home.report(1, status: "5.7.1", words: "550 5.7.1 blocked"), home)
        #expect(try home.state(1) == .bounced)
        #expect(try home.profile(1)?.softBounces == 0)
        #expect(try home.status(1) == .active)
    }

    @Test("a delay changes nothing")
    func delay() throws {
        let home = try InboxHome()
        let result = try apply(home.report(0, status: "4.4.1", words: "timed out"), home)
        #expect(result == .noted(delivery: home.deliveries[0]))
        #expect(try home.state(0) == .sent)
    }

    @Test("the same message counts once, and a second soft report of a delivery not at all")
    func repeated() throws {
        let home = try InboxHome()
        let message = try home.report(0, status: "5.2.2", words: "552 mailbox full")
        _ = try apply(message, home)
        #expect(try apply(message, home) == .repeated)
        #expect(try apply(message + "\nX", home) == .repeated)
        #expect(try home.profile(0)?.softBounces == 1)
        #expect(try home.bounceEvents().count == 1)
        // A hard one still takes effect.
        _ = try apply(home.report(0), home)
        #expect(try home.status(0) == .bounced)
    }

    @Test(
        "a report that names no token of ours changes nothing and is counted",
        arguments: [
            "postmaster@bounce.example", "b-aaaaaaaaaaaaaaaaaaaaaaaaaa@bounce.example",
            "b-aeaaaaaaaaeaaaaaaaaaaaaaaa@bounce.example",
        ])
    func forged(_ address: String) throws {
        let home = try InboxHome()
        #expect(try isForged(home.report(0, to: address), home))
        #expect(try home.state(0) == .sent)
        #expect(try home.status(0) == .active)
        #expect(try home.counter("inbox.forged") == 1)
        #expect(try home.bounceEvents().isEmpty)
    }

    @Test("a token of another purpose is none of a return path")
    func otherPurpose() throws {
        let home = try InboxHome()
        let address = ReturnPath.address(try home.token(0, .click), domain: "bounce.example")
        #expect(try isForged(home.report(0, to: address), home))
    }

    @Test("wrapped return paths and returned Message-IDs are recognised")
    func identified() throws {
        let home = try InboxHome()
        let local = "b-\(try home.token(0).text.uppercased())"
        let wrapped = "SRS0=ab=cd=bounce.example=\(local)@forwarder.example"
        _ = try apply(home.report(0, to: wrapped), home)
        #expect(try home.state(0) == .bounced)
        let id = MessageID.text(try home.token(1, .messageID), domain: "news.example")
        _ = try apply(home.report(1, to: "news@news.example", returning: id), home)
        #expect(try home.state(1) == .bounced)
    }

    @Test("an automatic reply to our token is no bounce")
    func autoReply() throws {
        let home = try InboxHome()
        let address = ReturnPath.address(try home.token(0), domain: "bounce.example")
        let message = """
            From: person0@example.org
            To: \(address)
            Subject: Out of office
            Auto-Submitted: auto-replied

            person0@example.org:
            user unknown
            """
        #expect(try apply(message, home) == .autoReply(delivery: home.deliveries[0]))
        #expect(try home.events("auto-reply").count == 1)
        #expect(try home.state(0) == .sent)
    }

    @Test("a complaint ends marketing for that person")
    func complaint() throws {
        func message(_ id: String) -> String {
            """
            From: fbl@provider.example
            Content-Type: multipart/report; report-type=feedback-report; boundary=x

            --x
            Content-Type: message/feedback-report

            Feedback-Type: abuse

            --x
            Content-Type: message/rfc822

            Message-ID: \(id)

            Hello
            --x--
            """
        }
        let home = try InboxHome()
        let id = MessageID.text(try home.token(0, .messageID), domain: "news.example")
        #expect(try isForged(message("<x@y.z>"), home))
        #expect(try home.status(0) == .active)
        #expect(try apply(message(id), home) == .complained(delivery: home.deliveries[0]))
        #expect(try home.status(0) == .complained)
    }

    @Test("what is not understood is so the second time too, and counted once")
    func unclear() throws {
        let home = try InboxHome()
        let message = "Return-Path: <>\n\nSomething is wrong.\n"
        let first = try apply(message, home)
        guard case .unclear = first else {
            Issue.record("\(first)")
            return
        }
        #expect(try apply(message, home) == first)
        #expect(try home.counter("inbox.unclear") == 1)
    }

    @Test("a delivery that the store does not know is left alone")
    func unknownDelivery() throws {
        let home = try InboxHome()
        let token = try home.sealer.token(.returnPath, delivery: 9_999)
        let address = ReturnPath.address(token, domain: "bounce.example")
        #expect(try apply(home.report(0, to: address), home) == .other)
        #expect(try home.counter("inbox.unknown-delivery") == 1)
    }

    @Test(
        "a report teaches how its destination takes mail, once, and nothing from a full mailbox",
        arguments: [
            (
                "5.7.1", "550 5.7.1 blocked",
                DestinationNews.Verdict.refusedByPolicy("report: 550 5.7.1")
            ),
            ("4.7.0", "421 4.7.0 slow down", .delayed("report: 421 4.7.0")),
            ("4.3.2", "421 4.3.2 not now", .delayed("report: 421 4.3.2")),
            ("4.2.2", "452 4.2.2 mailbox full", nil), ("4.4.1", "no answer", nil),
            ("5.1.1", "550 5.1.1 unknown", nil), ("5.2.2", "552 5.2.2 full", nil),
        ] as [(String, String, DestinationNews.Verdict?)])
    func teaches(
        _ status: String, _ words: String, _ verdict: DestinationNews.Verdict?
    ) throws {
        let home = try InboxHome()
        let intake = try Intake(store: home.store, ring: home.ring)
        let message = Array(try home.report(0, status: status, words: words).utf8)
        let news = try intake.apply(Arrival(message), at: InboxHome.now).news
        #expect(news?.verdict == verdict)
        #expect(news.map { $0.domain == "example.org" } ?? true)
        #expect(try intake.apply(Arrival(message), at: InboxHome.now).news == nil)
        // A report without a token of ours teaches nothing.
        let forged = Array("From: x\nContent-Type: text/plain\n\n550 5.7.1 blocked\n".utf8)
        #expect(try intake.apply(Arrival(forged), at: InboxHome.now).news == nil)
    }
}
