import Core
import Curl
import Message
import SMTP
import Testing
import Threads

@Suite struct ConversationTests {
    private func mail(_ tag: Int64, lines: Int = 1) throws -> Mail {
        let body = String(repeating: String(repeating: "x", count: 70) + "\r\n", count: lines)
        return Mail(
            tag: tag, sender: try EmailAddress("news@example.com"),
            recipient: try EmailAddress("r\(tag)@example.org"),
            message: try WireMessage(scanning: Array("Subject: s\r\n\r\n\(body)".utf8)))
    }

    private func converse(
        _ peer: ScriptedPeer, _ mails: [Mail]
    ) throws -> [Action] {
        var relay = Relay(host: "127.0.0.1", port: peer.port, tls: .off)
        relay.responseTimeout = .seconds(5)
        let loop = try SessionLoop()
        var actions: [Action] = []
        var conversation: Conversation?
        try loop.open(relay) { result in
            guard let session = try? result.get() else { return loop.stop() }
            let begun = Conversation(
                session, now: { Uptime(nanoseconds: MonotonicTime.now().nanoseconds) })
            begun.begin { actions.append($0) }
            for mail in mails { begun.submit(mail) }
            begun.finish()
            conversation = begun
        }
        let end = MonotonicTime.after(milliseconds: 20_000)
        loop.run {
            if conversation?.isClosed == true || .now() >= end { loop.stop() }
            return end
        }
        return actions
    }

    private let polite: [(String, String?)] = [
        ("MAIL", "250 ok"), ("RCPT", "250 ok"), ("DATA", "354 go"), (".", "250 taken"),
        ("QUIT", "221 bye"),
    ]

    @Test(
        "messages go one after another, marks before outcomes, QUIT at the end",
        arguments: ["250 peer", "250-peer\n250 PIPELINING"])
    func sends(_ hello: String) throws {
        let peer = ScriptedPeer([("EHLO", hello)] + polite)
        let actions = try converse(peer, [mail(1), mail(2)])
        let taken = SMTPReply(code: 250, status: nil, text: "taken")
        #expect(
            actions == [
                .dotLeaves(tag: 1), .replied(tag: 1, taken), .outcome(tag: 1, .accepted(taken)),
                .dotLeaves(tag: 2), .replied(tag: 2, taken), .outcome(tag: 2, .accepted(taken)),
                .close(.finished),
            ])
        let heard = peer.lines()
        #expect(heard.filter { $0 == "." }.count == 2)
        #expect(heard.last == "QUIT")
    }

    @Test("a message larger than every buffer arrives whole")
    func large() throws {
        let peer = ScriptedPeer([("EHLO", "250-peer\n250 PIPELINING")] + polite)
        let actions = try converse(peer, [mail(1, lines: 30_000)])
        #expect(actions.contains(.dotLeaves(tag: 1)))
        #expect(peer.lines().filter { $0.hasPrefix("xxx") }.count == 30_000)
    }

    @Test("a connection that goes away after the dot leaves the message in doubt")
    func lostAfterDot() throws {
        let peer = ScriptedPeer(
            [("EHLO", "250-peer\n250 PIPELINING")] + polite.prefix(3) + [(".", nil)])
        let actions = try converse(peer, [mail(1), mail(2)])
        #expect(actions.first == .dotLeaves(tag: 1))
        // The end of the stream, or a reset when the peer left bytes unread.
        guard case .outcome(1, .inDoubt) = actions[1], case .outcome(2, .unsent) = actions[2] else {
            Issue.record("\(actions)")
            return
        }
    }
}
