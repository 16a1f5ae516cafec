import Core
import Testing

@testable import Bounce

@Suite struct BounceReaderTests {
    /// As Postfix writes it, `auto-replied` included.
    static let postfix = """
        Return-Path: <>
        Delivered-To: b-abc@bounce.example
        From: MAILER-DAEMON@mx.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: b-abc@bounce.example
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        \tboundary="B/x"

        This is a MIME-encapsulated message.

        --B/x
        Content-Type: text/plain; charset=us-ascii

        <anna@example.org>: host mail.example.org said: 550 5.1.1
            <anna@example.org>: User unknown (in reply to RCPT TO command)

        --B/x
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; anna@example.org
        Original-Recipient: rfc822;anna@example.org
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 <anna@example.org>: User unknown

        --B/x
        Content-Type: message/rfc822

        Message-ID: <token.m@news.example>
        Subject: Autumn

        Hello
        --B/x--
        """

    func read(_ text: String) -> BounceReading { BounceReader.read(text.utf8) }

    @Test("a standard report gives recipient, verdict, return path and Message-ID")
    func standard() throws {
        let reading = read(Self.postfix)
        #expect(reading.kind == .report)
        #expect(!reading.isCut)
        let report = try #require(reading.recipients.first)
        #expect(reading.recipients.count == 1)
        #expect(report.recipient == "anna@example.org")
        #expect(report.finalRecipient == nil)
        #expect(report.status == EnhancedStatus(5, 1, 1))
        #expect(report.code == 550)
        #expect(report.action == .failed)
        #expect(report.confidence == .high)
        #expect(report.verdict == BounceVerdict(reason: .userUnknown, weight: .hard))
        #expect(reading.arrivedAt.first == "b-abc@bounce.example")
        #expect(reading.messageIDs == ["<token.m@news.example>"])
    }

    @Test("the report of an enclosed report is not this one's")
    func nested() {
        let outer = """
            From: MAILER-DAEMON@outer.example
            Content-Type: multipart/report; boundary=outer

            --outer
            Content-Type: message/delivery-status

            Final-Recipient: rfc822; outer@example.org
            Action: failed
            Status: 5.2.2

            --outer
            Content-Type: message/rfc822

            \(Self.postfix)
            --outer--
            """
        #expect(read(outer).recipients.map(\.recipient) == ["outer@example.org"])
    }

    @Test("an encoded report is decoded")
    func encoded() {
        let reading = read(
            """
            Content-Type: multipart/report; boundary=x

            --x
            Content-Type: message/delivery-status
            Content-Transfer-Encoding: quoted-printable

            Final-Recipient: rfc822; anna=40example.org
            Action: failed
            Status: 5.1.=
            1

            --x--
            """)
        #expect(reading.recipients.first?.recipient == "anna@example.org")
        #expect(reading.recipients.first?.verdict.weight == .hard)
    }

    @Test("the words of a notice say what bare fields leave open")
    func wordsOfNotice() {
        let reading = read(
            """
            Content-Type: multipart/report; boundary=x

            --x

            Delivery to the following recipients failed.

              anna@example.org
                the mailbox is full

            --x
            Content-Type: message/delivery-status

            Final-Recipient: rfc822; anna@example.org
            Action: failed
            Status: 5.0.0

            --x--
            """)
        #expect(reading.recipients.first?.verdict == .init(reason: .mailboxFull, weight: .soft))
    }

    @Test(
        "reports without a container are read with less confidence",
        arguments: [
            (
                "X-Failed-Recipients: a@b.c, d@e.f\nFrom: x\n\nfailed:\n\n  a@b.c\n    550 no such user\n",
                ["a@b.c", "d@e.f"], RecipientReport.Confidence.high
            ),
            (
                "From: x@y.z\n\nFinal-Recipient: rfc822; a@b.c\nAction: failed\nStatus: 5.1.1\n",
                ["a@b.c"], .medium
            ),
            (
                "From: MAILER-DAEMON@q.example\nSubject: failure notice\n\n<a@b.c>:\nUser unknown\n\n"
                    + "--- Below this line is a copy of the message.\n\n<d@e.f>:\nx\n",
                ["a@b.c"], .medium
            ),
            (
                "Return-Path: <>\n\nThese failed\n\n  a@b.c\n\n--- Original message ---\n d@e.f\n",
                ["a@b.c"], .low
            ),
        ])
    func steps(
        _ text: String, _ recipients: [String], _ confidence: RecipientReport.Confidence
    ) {
        let reading = read(text)
        #expect(reading.recipients.map(\.recipient) == recipients)
        #expect(reading.recipients.allSatisfy { $0.confidence == confidence })
    }

    @Test(
        "an automatic reply is no bounce, whatever it quotes",
        arguments: [
            "From: anna@example.org\nAuto-Submitted: auto-replied\n\n<anna@example.org>:\nI am away, user unknown\n",
            "From: anna@example.org\nSubject: Out of Office: Autumn\n\nanna@example.org\n",
            "Return-Path: <>\nFrom: anna@example.org\nSubject: Away\nX-Autoreply: yes\n\nback soon\n",
        ])
    func autoReply(_ text: String) {
        #expect(read(text).kind == .autoReply)
        #expect(read(text).recipients.isEmpty)
    }

    @Test(
        "mail by people is nothing of ours",
        arguments: [
            "From: anna@example.org\nSubject: Re: Autumn\n\nanna@example.org:\nuser unknown\n",
            "", "\n", "garbage", "From: x\n\n",
        ])
    func ordinary(_ text: String) {
        #expect(read(text).kind == .other)
        #expect(read(text).recipients.isEmpty)
    }

    @Test("a complaint is told from a bounce")
    func complaint() {
        let reading = read(
            "Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/feedback-report"
                + "\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: <a@b.c>\n\n--x--\n")
        #expect(reading.kind == .complaint)
        #expect(reading.person == "a@b.c")
    }

    @Test("a warning that delivery takes longer is no failure")
    func delay() {
        let reading = read(
            "From: MAILER-DAEMON@q.example\nSubject: Warning: delivery delayed\n\n<a@b.c>:\n"
                + "4.4.1 connection timed out\n")
        #expect(reading.recipients.first?.action == .delayed)
        #expect(reading.recipients.first?.verdict.weight == BounceVerdict.Weight.none)
    }

    @Test(
        "a row of signs or angle brackets costs no more than its length",
        arguments: [
            "@", "<", "a@", "<a@b.c>:\n", "--x\n", "\n ", "&lt;", "=",
        ])
    func linear(_ piece: String) {
        let text =
            "Return-Path: <>\nContent-Type: text/html\n\n"
            + String(repeating: piece, count: 1_000_000 / piece.utf8.count)
        #expect(read(text).recipients.count <= 50)
    }
}
