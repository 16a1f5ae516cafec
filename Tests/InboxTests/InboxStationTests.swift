import Core
import Glibc
import Store
import Testing

@testable import Inbox

@Suite struct InboxStationTests {
    /// Waits, round by round of the thread, until something is so; false after a minute.
    func wait(_ inbox: InboxStation, until isSo: () -> Bool) -> Bool {
        inbox.waitForRounds(milliseconds: 60_000) { _ in isSo() }
    }

    @Test("mail that lies there and mail that comes is applied and moved to cur")
    func flow() throws {
        let home = try InboxHome()
        let inbox = try home.inbox()
        try home.deliver(home.report(0), as: "1.early")
        try inbox.start()
        #expect(wait(inbox) { home.names("cur") == ["1.early:2,S"] })
        try home.deliver(home.report(1, status: "5.2.2", words: "full"), as: "2.late")
        #expect(wait(inbox) { home.names("cur").count == 2 })
        inbox.stop()
        #expect(try home.state(0) == .bounced)
        #expect(try home.state(1) == .bounced)
        #expect(home.names("new").isEmpty)
    }

    @Test("killed between commit and move, a message is only moved")
    func killed() throws {
        let home = try InboxHome()
        let inbox = try home.inbox()
        let message = try home.report(0, status: "5.2.2", words: "mailbox full")
        _ = try Intake(store: home.store, ring: home.ring)
            .apply(Arrival(Array(message.utf8)), at: InboxHome.now)
        try home.deliver(message, as: "1.again")
        try inbox.start()
        #expect(wait(inbox) { home.names("cur") == ["1.again:2,S"] })
        inbox.stop()
        #expect(try home.profile(0)?.softBounces == 1)
    }

    @Test("what is not understood goes into quarantine with the reason")
    func quarantine() throws {
        let home = try InboxHome()
        let inbox = try home.inbox()
        try home.deliver("Return-Path: <>\n\nSomething is wrong.\n", as: "1.odd")
        try home.deliver("From: a@b.c\n\nHello\n", as: "2.person")
        try inbox.start()
        #expect(wait(inbox) { home.names("new").isEmpty })
        inbox.stop()
        let entries = try inbox.quarantine.entries()
        #expect(entries.count == 1)
        #expect(entries.first?.reason.contains("written by a mail server") == true)
        #expect(home.names("cur") == ["1.odd:2,S", "2.person:2,S"])
        #expect(try home.counter("inbox.unclear") == 1)
    }

    @Test("links and folders in the mailbox are not read, and do not stop the rest")
    func notFiles() throws {
        let home = try InboxHome()
        let inbox = try home.inbox()
        #expect(symlink("/etc/passwd", home.maildir + "/new/0.link") == 0)
        #expect(mkdir(home.maildir + "/new/0.folder", 0o700) == 0)
        try home.deliver(home.report(0), as: "1.report")
        try inbox.start()
        #expect(wait(inbox) { home.names("cur") == ["1.report:2,S"] })
        inbox.stop()
        #expect(home.names("new") == ["0.folder", "0.link"])
    }

    @Test("while the store refuses, mail stays where it is")
    func storeAway() throws {
        let home = try InboxHome()
        let inbox = try home.inbox()
        try home.deliver(home.report(0), as: "1.report")
        home.closeStore()
        try inbox.start()
        #expect(inbox.waitForRounds(milliseconds: 60_000) { $0 >= 2 })
        inbox.stop()
        #expect(home.names("new") == ["1.report"])
    }
}
