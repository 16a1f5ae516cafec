import Core
import Diagnostics
import Testing

@testable import Configuration

/// `[inbox]`, `[mailbox]`, `[provider]` and `[bounces]`.
@Suite struct InboxSectionTests {
    private func read(_ text: String) -> (Configuration, [String]) {
        let (configuration, findings) = Configuration.read(
            SourceText(path: "maild.conf", text: ConfigurationTests.least + "\n" + text))
        return (configuration, findings.map(\.summary))
    }

    @Test("every way in is read")
    func good() throws {
        let (c, findings) = read(
            """
            [inbox]
            lmtp = 127.0.0.1:8024
            forward-replies = no
            [mailbox a]
            url = imaps://imap.example.com/Mail Bounces
            user = u
            token-file = token
            done-folder = Done
            interval = 30s
            [mailbox b]
            url = pop3://127.0.0.1:1110
            tls = off
            user = u
            password-file = /etc/p
            [provider aws]
            kind = ses
            secret-file = /etc/s
            topic = arn:aws:sns:x
            [bounces]
            soft-days = 5
            complaint-pause = 0.25%
            """)
        #expect(findings == [])
        #expect(c.inbox.lmtp == .endpoint(.init(host: "127.0.0.1", port: 8024)))
        #expect(!c.inbox.forwardsReplies)
        #expect(c.inbox.quarantine == "/var/lib/maild/Quarantine")
        let first = try #require(c.mailboxes.first)
        #expect(first.port == 993 && first.folder == "Mail Bounces" && first.doneFolder == "Done")
        #expect(first.tokenFile == "token" && first.interval == .seconds(30))
        #expect(c.mailboxes.last?.port == 1110)
        #expect(c.providers.map(\.kind) == [.ses])
        #expect(c.bounces.softDays == 5)
        #expect(c.bounces.complaintPause == 0.0025)
        #expect(c.bounces.hardPause == 0.05)
    }

    @Test(
        "what is wrong is refused",
        arguments: [
            ("[inbox]\nlmtp = localhost:24", "ADDRESS:PORT"),
            ("[inbox]\nforward-replies = maybe", "yes or no"),
            ("[mailbox a]\nuser = u\npassword-file = /p", "needs a url"),
            ("[mailbox a]\nurl = imaps://h", "needs user and either"),
            (
                "[mailbox a]\nurl = imaps://h\nuser = u\npassword-file = /p\ntoken-file = /t",
                "needs user and either"
            ),
            ("[mailbox a]\nurl = http://h\nuser = u\npassword-file = /p", "imaps://HOST"),
            ("[mailbox a]\nurl = pop3s://h/x\nuser = u\npassword-file = /p", "no folders"),
            (
                "[mailbox a]\nurl = pop3s://h\nuser = u\npassword-file = /p\ndone-folder = x",
                "no folders"
            ),
            (
                "[mailbox a]\nurl = imap://h.example\ntls = off\nuser = u\npassword-file = /p",
                "in the clear"
            ),
            ("[mailbox a]\nurl = imaps://h/a%b\nuser = u\npassword-file = /p", "folder's name"),
            ("[mailbox a]\nurl = imaps://h\nuser = u\npassword-file = ../p", "credential"),
            ("[provider A/b]\nkind = ses", "stands in a URL"),
            ("[provider a]\nkind = ses\nsecret-file = /s", "topic's ARN"),
            ("[provider a]\nkind = mandrill\nsecret-file = /s", "expected ses"),
            ("[provider a]\nkind = mailgun", "needs a secret-file"),
            ("[bounces]\ncomplaint-pause = 0.3", "percentage"),
            ("[bounces]\nhard-warn = 101%", "percentage"),
            ("[bounces]\nsoft-days = 0", "whole number"),
        ])
    func wrong(text: String, part: String) {
        let (_, findings) = read(text)
        #expect(findings.contains { $0.contains(part) }, "\(findings)")
    }
}
