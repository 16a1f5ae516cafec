import Core
import Message
import SMTP
import Testing

@Suite struct TransactionMachineTests {
    @Test("with PIPELINING the next group travels behind the previous final dot")
    func chained() throws {
        var bench = Bench()
        bench.submit(try mail(1), try mail(2))
        #expect(bench.takeSent() == group(1))
        bench.hear("250 ok\r\n250 ok\r\n354 go\r\n")
        #expect(bench.takeSent() == content(1) + group(2))
        #expect(bench.dots == [1])
        bench.hear("250 2.0.0 queued\r\n250 ok\r\n250 ok\r\n354 go\r\n")
        #expect(bench.takeSent() == content(2))
        #expect(bench.dots == [1, 2])
        #expect(bench.replied == ["1:250"])
        bench.hear("251 queued\r\n")
        #expect(bench.outcomes.count == 2)
        guard case .accepted(let reply) = bench.outcomes[2] else {
            Issue.record("any 2xx after the dot is acceptance")
            return
        }
        #expect(reply.code == 251)
        #expect(bench.machine.isIdle)
        bench.finish()
        #expect(bench.takeSent() == "QUIT\r\n")
        bench.hear("221 bye\r\n")
        #expect(bench.closed == .finished)
    }

    @Test("a message that comes later starts behind a dot that is already gone")
    func lateChain() throws {
        var bench = Bench()
        bench.submit(try mail(1))
        bench.hear("250 ok\r\n250 ok\r\n354 go\r\n")
        _ = bench.takeSent()
        bench.submit(try mail(2))
        #expect(bench.takeSent() == group(2))
    }

    @Test("without PIPELINING every command waits for its reply")
    func lockStep() throws {
        var bench = Bench(pipelining: false)
        bench.submit(try mail(1), try mail(2))
        let steps = [
            ("MAIL FROM:<news@example.com>\r\n", "250 ok\r\n"),
            ("RCPT TO:<r1@example.org>\r\n", "250 ok\r\n"), ("DATA\r\n", "354 go\r\n"),
            (content(1), "250 ok\r\n"), ("MAIL FROM:<news@example.com>\r\n", "250 ok\r\n"),
            ("RCPT TO:<r2@example.org>\r\n", "550 5.1.1 no\r\n"),
        ]
        for (said, answer) in steps {
            #expect(bench.takeSent() == said)
            bench.hear(answer)
        }
        #expect(
            bench.outcomes[2]
                == .refused(.rcpt, SMTPReply(code: 550, status: .init(5, 1, 1), text: "no")))
        bench.submit(try mail(3))
        #expect(bench.takeSent() == "RSET\r\n")
        bench.hear("250 ok\r\n")
        #expect(bench.takeSent() == "MAIL FROM:<news@example.com>\r\n")
        // A refused MAIL opened nothing: no RSET.
        bench.hear("451 later\r\n")
        bench.submit(try mail(4))
        #expect(bench.takeSent() == "MAIL FROM:<news@example.com>\r\n")
    }

    @Test("it tells whose reply is owed, at which stage and since when")
    func wait() throws {
        var bench = Bench()
        #expect(bench.machine.wait == nil)
        bench.submit(try mail(1), try mail(2))
        let start = bench.now
        #expect(bench.machine.wait == Wait(tag: 1, stage: .mail, since: start))
        bench.wait(.seconds(3))
        bench.hear("250 ok\r\n")
        #expect(bench.machine.wait == Wait(tag: 1, stage: .rcpt, since: start + .seconds(3)))
        // An unfinished reply is none.
        bench.wait(.seconds(1))
        bench.hear("250 o")
        #expect(bench.machine.wait?.since == start + .seconds(3))
        bench.hear("k\r\n354 go\r\n")
        #expect(bench.machine.wait == Wait(tag: 1, stage: .dot, since: bench.now))
        bench.hear("250 taken\r\n550 no\r\n550 no\r\n554 no\r\n")
        #expect(bench.outcomes.count == 2 && bench.machine.wait == nil)
    }

    @Test("what was not begun can be taken back, gets no outcome, and leaves its room to others")
    func withdraw() throws {
        var bench = Bench(limit: 3)
        bench.submit(try mail(1), try mail(2))
        #expect(bench.machine.withdraw() == [2])
        #expect(bench.machine.pending == 1 && bench.machine.remaining == 2)
        bench.submit(try mail(3), try mail(4))
        // The limit is reached: QUIT follows what is under way.
        #expect(bench.machine.withdraw() == [3, 4] && bench.machine.withdraw() == [])
        bench.hear("250 ok\r\n250 ok\r\n354 go\r\n")
        bench.hear("250 taken\r\n")
        #expect(Array(bench.outcomes.keys) == [1])
        #expect(bench.takeSent().hasSuffix("QUIT\r\n"))
    }

    @Test("a refused recipient costs a RSET in the next group, not the connection")
    func refusedRecipient() throws {
        var bench = Bench()
        bench.submit(try mail(1), try mail(2))
        _ = bench.takeSent()
        bench.hear("250 ok\r\n550 5.1.1 no\r\n503 no recipients\r\n")
        #expect(
            bench.outcomes[1]
                == .refused(.rcpt, SMTPReply(code: 550, status: .init(5, 1, 1), text: "no")))
        #expect(bench.takeSent() == "RSET\r\n" + group(2))
        bench.hear("250 reset\r\n250 ok\r\n250 ok\r\n354 go\r\n250 done\r\n")
        #expect(bench.closed != nil, "the reply to the dot came before the dot was asked for")
    }

    @Test("DATA opened for nobody is ended by a lone dot, whose reply says nothing")
    func loneDot() throws {
        var bench = Bench()
        bench.submit(try mail(1), try mail(2))
        _ = bench.takeSent()
        bench.hear("250 ok\r\n450 4.2.1 later\r\n354 go\r\n")
        #expect(bench.takeSent() == ".\r\n" + group(2))
        #expect(bench.dots.isEmpty)
        bench.hear("250 empty\r\n250 ok\r\n250 ok\r\n354 go\r\n")
        #expect(bench.takeSent() == content(2))
        #expect(
            bench.outcomes
                == [1: .deferred(.rcpt, .init(code: 450, status: .init(4, 2, 1), text: "later"))])
        #expect(bench.closed == nil)
    }

    @Test("content is never given to a recipient whose sender was refused")
    func mailRefusedRecipientTaken() throws {
        var bench = Bench()
        bench.submit(try mail(1))
        _ = bench.takeSent()
        bench.hear("550 no\r\n250 ok\r\n354 go\r\n")
        #expect(bench.takeSent() == "")
        guard case .repliesInDoubt = bench.closed, case .unsent = bench.outcomes[1] else {
            Issue.record("closed \(String(describing: bench.closed))")
            return
        }
    }

    @Test(
        "a reply that fits no command closes the connection",
        arguments: [
            "354 go\r\n", "250 ok\r\n354 go\r\n", "250 ok\r\n250 ok\r\n250 ok\r\n", "hello\r\n",
            "250-a\r\n251 b\r\n",
        ])
    func inDoubt(_ replies: String) throws {
        var bench = Bench()
        bench.submit(try mail(1), try mail(2))
        _ = bench.takeSent()
        bench.hear(replies)
        guard case .repliesInDoubt = bench.closed else {
            Issue.record("closed \(String(describing: bench.closed))")
            return
        }
        for tag in [1, 2] as [Int64] {
            guard case .unsent = bench.outcomes[tag] else {
                Issue.record("\(tag): \(String(describing: bench.outcomes[tag]))")
                return
            }
        }
        #expect(bench.takeSent() == "")
    }

    @Test("a reply to no command closes an idle connection")
    func unsolicited() {
        var bench = Bench()
        bench.hear("250 ok\r\n")
        #expect(bench.closed == .repliesInDoubt("a reply to no command: 250"))
    }

    @Test("421 defers the message it answers and leaves the others unsent")
    func serviceClosing() throws {
        var bench = Bench()
        bench.submit(try mail(1), try mail(2), try mail(3))
        bench.hear("250 ok\r\n250 ok\r\n354 go\r\n421 4.3.2 shutting down\r\n")
        let reply = SMTPReply(code: 421, status: .init(4, 3, 2), text: "shutting down")
        #expect(bench.closed == .serviceClosing(reply))
    }

    @Test("421 after the dot says that the message was not taken")
    func serviceClosingAtDot() throws {
        var bench = Bench()
        bench.submit(try mail(1), try mail(2))
        bench.hear("250 ok\r\n250 ok\r\n354 go\r\n")
        bench.hear("421 4.3.2 bye\r\n")
        let reply = SMTPReply(code: 421, status: .init(4, 3, 2), text: "bye")
        #expect(bench.outcomes[1] == .deferred(.dot, reply))
        #expect(bench.replied == ["1:421"])
        guard case .unsent = bench.outcomes[2] else {
            Issue.record("2: \(String(describing: bench.outcomes[2]))")
            return
        }
        #expect(bench.closed == .serviceClosing(reply))
    }

    @Test("a connection lost after the dot leaves one message in doubt and the rest unsent")
    func lostAfterDot() throws {
        var bench = Bench()
        bench.submit(try mail(1), try mail(2), try mail(3))
        bench.hear("250 ok\r\n250 ok\r\n354 go\r\n")
        bench.lose()
        #expect(bench.outcomes[1] == .inDoubt(reason: "connection lost: reset"))
        #expect(bench.outcomes[2] == .unsent(.mail, reason: "connection lost: reset"))
        #expect(bench.outcomes[3] == .unsent(.mail, reason: "connection lost: reset"))
        #expect(bench.closed == .lost("reset"))
        bench.submit(try mail(4))
        guard case .unsent = bench.outcomes[4] else {
            Issue.record("a closed machine takes nothing")
            return
        }
    }

    @Test("a dot that the connection never took is not in doubt")
    func lostBeforeDot() throws {
        var bench = Bench()
        bench.submit(try mail(1))
        bench.machine.receive(Array("250 ok\r\n250 ok\r\n354 go\r\n".utf8), at: bench.now)
        #expect(bench.machine.next() == .dotLeaves(tag: 1))
        guard case .send(let bytes) = bench.machine.next() else {
            Issue.record("no content")
            return
        }
        bench.machine.wrote(bytes.count - 1, at: bench.now)
        #expect(bench.machine.next() == nil)
        bench.lose()
        #expect(bench.outcomes[1] == .unsent(.dot, reason: "connection lost: reset"))
    }

    @Test("a refusal while the content is leaving holds; an acceptance then is not believed")
    func earlyReplies() throws {
        for (reply, isRefusal) in [("552 5.3.4 too big\r\n", true), ("250 ok\r\n", false)] {
            var bench = Bench()
            bench.submit(try mail(1))
            bench.machine.receive(Array("250 ok\r\n250 ok\r\n354 go\r\n".utf8), at: bench.now)
            _ = bench.machine.next()
            _ = bench.machine.next()
            bench.machine.wrote(3, at: bench.now)
            bench.hear(reply)
            switch bench.outcomes[1] {
            case .refused(.dot, _): #expect(isRefusal)
            case .unsent(.dot, _): #expect(!isRefusal)
            default: Issue.record("\(String(describing: bench.outcomes[1]))")
            }
            #expect(bench.closed != nil)
        }
    }

    @Test("a long message marks its dot only when its tail leaves")
    func longMessage() throws {
        var bench = Bench()
        let lines = String(repeating: String(repeating: "x", count: 70) + "\r\n", count: 3000)
        bench.submit(try mail(1, body: lines))
        bench.machine.receive(Array("250 ok\r\n250 ok\r\n354 go\r\n".utf8), at: bench.now)
        guard case .send(let head) = bench.machine.next() else {
            Issue.record("the first part is not marked")
            return
        }
        #expect(bench.machine.next() == nil)
        bench.machine.wrote(head.count, at: bench.now)
        #expect(bench.machine.next() == .dotLeaves(tag: 1))
        guard case .send(let tail) = bench.machine.next() else {
            Issue.record("no tail")
            return
        }
        let text = String(decoding: head + tail, as: UTF8.self)
        #expect(text == "Subject: 1\r\n\r\n" + lines + "\r\n.\r\n")
    }

    @Test("a message of several pieces leaves whole, its dot with the last")
    func pieces() throws {
        var letter = Letter(
            from: try Mailbox("a@example.com"), to: try Mailbox("b@example.org"), subject: "s",
            date: Instant(milliseconds: 0), messageID: "a@b", text: [], html: nil)
        let file = Enclosure(
            .attachment, fileName: "f", mediaType: "application/pdf",
            bytes: [UInt8](repeating: 7, count: 150_000))
        letter.enclosures = try Enclosures([file], id: "1")
        var mail = try mail(1)
        mail.message = try letter.serialize()
        var bench = Bench()
        bench.submit(mail)
        bench.machine.receive(Array("250 ok\r\n250 ok\r\n354 go\r\n".utf8), at: bench.now)
        var sent: [UInt8] = []
        var marks: [Int] = []
        while let action = bench.machine.next() {
            switch action {
            case .send(let bytes):
                sent += bytes
                bench.machine.wrote(bytes.count, at: bench.now)
            case .dotLeaves: marks.append(sent.count)
            default: Issue.record("\(action)")
            }
        }
        #expect(sent == mail.message.bytes + Array(".\r\n".utf8))
        #expect(marks.count == 1)
        #expect(marks[0] > sent.count - 70_000)
    }

    @Test("each stage has its own time, and the dot's is the longest")
    func deadlines() throws {
        var bench = Bench()
        #expect(bench.machine.deadline == nil)
        bench.submit(try mail(1))
        #expect(bench.machine.deadline == bench.now + .minutes(5))
        bench.hear("250 ok\r\n250 ok\r\n")
        #expect(bench.machine.deadline == bench.now + .minutes(2))
        bench.hear("354 go\r\n")
        #expect(bench.machine.deadline == bench.now + .minutes(10))
        bench.wait(.minutes(9))
        #expect(bench.closed == nil)
        bench.wait(.minutes(1))
        #expect(bench.closed == .timeout(.dot))
        #expect(bench.outcomes[1] == .inDoubt(reason: "no reply to dot in time"))
        #expect(bench.machine.deadline == nil)
    }

    @Test("a server that answers one byte at a time gets no more time")
    func tarpit() throws {
        var bench = Bench()
        bench.submit(try mail(1))
        for _ in 0..<299 {
            bench.hear("2")
            bench.wait(.seconds(1))
            if bench.closed != nil { break }
        }
        bench.wait(.seconds(1))
        #expect(bench.closed == .timeout(.mail))
    }

    @Test("after its limit of messages the session says QUIT by itself")
    func messageLimit() throws {
        var bench = Bench(limit: 1)
        #expect(bench.machine.remaining == 1)
        bench.submit(try mail(1), try mail(2))
        #expect(bench.machine.remaining == 0)
        #expect(
            bench.outcomes[2]
                == .unsent(.mail, reason: "the connection takes no more messages"))
        bench.hear("250 ok\r\n250 ok\r\n354 go\r\n")
        bench.hear("250 ok\r\n")
        #expect(bench.takeSent().hasSuffix("QUIT\r\n"))
        bench.lose()
        #expect(bench.closed == .finished)
    }

    @Test("QUIT waits a little for its answer and no longer")
    func quitTimeout() {
        var bench = Bench()
        bench.finish()
        bench.wait(.seconds(10))
        #expect(bench.closed == .finished)
    }

    @Test("SIZE is declared, and a message over the limit is refused before MAIL")
    func size() throws {
        var bench = Bench {
            $0.size = true
            $0.sizeLimit = 40
        }
        bench.submit(
            try mail(1, body: String(repeating: "x", count: 60)), try mail(2))
        guard case .refused(.mail, let reply) = bench.outcomes[1] else {
            Issue.record("\(String(describing: bench.outcomes[1]))")
            return
        }
        #expect(reply.status == EnhancedStatus(5, 3, 4))
        #expect(reply.text.hasPrefix("not tried"))
        #expect(bench.takeSent().hasPrefix("MAIL FROM:<news@example.com> SIZE=18\r\n"))
    }

    @Test("an address that is not ASCII needs SMTPUTF8 and says so")
    func smtpUTF8() throws {
        var without = Bench()
        without.submit(try mail(1, to: "jürgen@example.org"))
        guard case .refused(.mail, let reply) = without.outcomes[1] else {
            Issue.record("\(String(describing: without.outcomes[1]))")
            return
        }
        #expect(reply.status == EnhancedStatus(5, 6, 7))
        #expect(!reply.text.contains("rgen"))
        #expect(without.takeSent() == "")
        var with = Bench { $0.smtpUTF8 = true }
        with.submit(try mail(1, to: "jürgen@example.org"))
        #expect(with.takeSent().hasPrefix("MAIL FROM:<news@example.com> SMTPUTF8\r\n"))
    }

    @Test("reports are asked for where DSN is offered, with the parameters encoded")
    func dsn() throws {
        let asked = try mail(1, to: "a+b=c@example.org", envelopeID: "id+1 \r\nRSET")
        var with = Bench { $0.dsn = true }
        with.submit(asked)
        #expect(
            with.takeSent() == "MAIL FROM:<news@example.com> RET=HDRS ENVID=id+2B1+20+0D+0ARSET"
                + "\r\nRCPT TO:<a+b=c@example.org> NOTIFY=FAILURE,DELAY "
                + "ORCPT=rfc822;a+2Bb+3Dc@example.org\r\nDATA\r\n")
        var without = Bench()
        without.submit(asked)
        #expect(!without.takeSent().contains("ENVID"))
    }

    @Test("the null return path is spelled as such")
    func nullSender() throws {
        var bench = Bench()
        bench.submit(try mail(1, sender: nil))
        #expect(bench.takeSent().hasPrefix("MAIL FROM:<>\r\n"))
    }
}
