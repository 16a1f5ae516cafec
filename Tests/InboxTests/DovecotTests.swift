import Core
import Curl
import Glibc
import Seal
import Store
import Synchronization
import Testing

@testable import Inbox

/// A real Dovecot with a certificate of its own; skipped where it is absent.
@Suite(.serialized) struct DovecotTests {
    static let isThere =
        geteuid() == 0
        && Peer.isInstalled(
            "/usr/sbin/dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/pop3",
            "/usr/bin/openssl")
    static let absent: Comment = "Dovecot is not installed, or this is not root"

    final class Dovecot {
        let peer: Peer
        let imap: UInt16
        let pop3: UInt16

        init() throws {
            peer = try Peer("dovecot")
            imap = try Peer.freePort()
            pop3 = try Peer.freePort()
            for name in ["Maildir", "Maildir/new", "Maildir/cur", "Maildir/tmp"] {
                peer.makeFolder(name, owner: "mail")
            }
            try Peer.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                    "\(peer.folder)/key.pem", "-out", "\(peer.folder)/cert.pem",
                ])
            try peer.write("dovecot.conf", configuration)
            try peer.start("/usr/sbin/dovecot", ["-F", "-c", peer.folder + "/dovecot.conf"])
        }

        private var configuration: String {
            """
            base_dir = \(peer.folder)/run
            state_dir = \(peer.folder)/state
            log_path = \(peer.folder)/log
            protocols = imap pop3
            listen = 127.0.0.1
            ssl = required
            ssl_cert = <\(peer.folder)/cert.pem
            ssl_key = <\(peer.folder)/key.pem
            auth_mechanisms = plain xoauth2 oauthbearer
            mail_location = maildir:\(peer.folder)/Maildir
            first_valid_uid = 1
            passdb {
              driver = static
              args = password=correct-horse
            }
            userdb {
              driver = static
              args = uid=mail gid=mail home=\(peer.folder)
            }
            namespace inbox {
              inbox = yes
              mailbox Done {
                auto = create
              }
            }
            service imap-login {
              inet_listener imap {
                port = 0
              }
              inet_listener imaps {
                port = \(imap)
                ssl = yes
              }
            }
            service pop3-login {
              inet_listener pop3 {
                port = 0
              }
              inet_listener pop3s {
                port = \(pop3)
                ssl = yes
              }
            }

            """
        }

        func deliver(_ message: String, as name: String) throws {
            try peer.write("Maildir/tmp/\(name)", message)
            let mail = getpwnam("mail").pointee
            chown(peer.folder + "/Maildir/tmp/\(name)", mail.pw_uid, mail.pw_gid)
            rename(peer.folder + "/Maildir/tmp/\(name)", peer.folder + "/Maildir/new/\(name)")
        }

        /// Messages in a folder of the mailbox.
        func count(_ folder: String = "") -> Int {
            ["new", "cur"].reduce(0) {
                $0 + InboxHome.names("\(peer.folder)/Maildir/\(folder)\($1)").count
            }
        }

        func source(
            _ kind: MailboxAccount.Kind, doneFolder: String? = nil, trusted: Bool = true,
            secret: @escaping @Sendable () -> MailboxAccount.Secret? = {
                .password("correct-horse")
            }
        ) -> MailboxSource {
            MailboxSource(
                name: "bounces",
                account: MailboxAccount(
                    kind: kind, host: "127.0.0.1", port: kind == .imap ? imap : pop3,
                    tls: .implicit, authoritiesFile: trusted ? peer.folder + "/cert.pem" : nil,
                    user: "bounces", doneFolder: doneFolder),
                interval: .milliseconds(200), secret: secret)
        }
    }

    @Test(
        "mail is read over TLS, committed, then deleted or moved",
        .enabled(if: isThere, absent), .timeLimit(.minutes(5)),
        arguments: [
            (MailboxAccount.Kind.imap, nil), (.imap, "Done"), (.pop3, nil),
        ] as [(MailboxAccount.Kind, String?)])
    func polled(_ kind: MailboxAccount.Kind, _ doneFolder: String?) throws {
        let home = try InboxHome()
        let dovecot = try Dovecot()
        try dovecot.deliver(home.report(0), as: "1.hard")
        try dovecot.deliver(home.report(1, status: "5.2.2", words: "552 5.2.2 full"), as: "2.soft")
        try dovecot.deliver("Return-Path: <>\n\nSomething is wrong.\n", as: "3.odd")
        let inbox = try home.inbox(mailboxes: [dovecot.source(kind, doneFolder: doneFolder)])
        try inbox.start()
        let isEmpty = Peer.eventually { dovecot.count() == 0 }
        inbox.stop()
        #expect(isEmpty)
        #expect(try home.status(0) == .bounced)
        #expect(try home.profile(1)?.softBounces == 1)
        #expect(try inbox.quarantine.entries().count == 1)
        #expect(dovecot.count(".Done/") == (doneFolder == nil ? 0 : 3))
    }

    @Test(
        "a large message is read in part and applied", .enabled(if: isThere, absent),
        .timeLimit(.minutes(5)), arguments: [MailboxAccount.Kind.imap, .pop3])
    func large(_ kind: MailboxAccount.Kind) throws {
        let home = try InboxHome()
        let dovecot = try Dovecot()
        let filling = String(repeating: String(repeating: "x", count: 76) + "\n", count: 40_000)
        let large = try home.report(0).replacing("Hello", with: filling)
        try dovecot.deliver(large, as: "1.large")
        try dovecot.deliver(home.report(1), as: "2.small")
        let inbox = try home.inbox(mailboxes: [dovecot.source(kind)])
        try inbox.start()
        let isEmpty = Peer.eventually { dovecot.count() == 0 }
        inbox.stop()
        #expect(isEmpty)
        #expect(try home.status(0) == .bounced)
        #expect(try home.status(1) == .bounced)
    }

    @Test(
        "while the store is away, or the certificate is not trusted, mail stays in the mailbox",
        .enabled(if: isThere, absent), .timeLimit(.minutes(5)), arguments: [true, false])
    func stays(isStoreAway: Bool) throws {
        let home = try InboxHome()
        let dovecot = try Dovecot()
        try dovecot.deliver(home.report(0), as: "1.report")
        let lines = Mutex<[String]>([])
        let log = Log { _, line in lines.withLock { $0.append(line) } }
        let inbox = try home.inbox(
            mailboxes: [dovecot.source(.imap, trusted: isStoreAway)],
            surroundings: InboxSurroundings(clock: { InboxHome.now }, log: log))
        if isStoreAway { home.closeStore() }
        try inbox.start()
        let wanted = isStoreAway ? "closed" : "certificate"
        let isSaid = Peer.eventually {
            lines.withLock { $0.contains { $0.lowercased().contains(wanted) } }
        }
        inbox.stop()
        #expect(isSaid, "\(lines.withLock { $0 })")
        #expect(dovecot.count() == 1)
        #expect(!lines.withLock { $0.contains { $0.contains("correct-horse") } })
    }

    @Test(
        "a token is read anew for each login", .enabled(if: isThere, absent),
        .timeLimit(.minutes(5)))
    func token() throws {
        let home = try InboxHome()
        let dovecot = try Dovecot()
        try dovecot.deliver(home.report(0), as: "1.report")
        let logins = Mutex(0)
        // The first token has run out.
        let source = dovecot.source(.imap) {
            let number = logins.withLock { count in
                count += 1
                return count
            }
            return .token(number < 3 ? "expired" : "correct-horse")
        }
        let inbox = try home.inbox(mailboxes: [source])
        try inbox.start()
        let isEmpty = Peer.eventually { dovecot.count() == 0 }
        inbox.stop()
        #expect(isEmpty)
        #expect(logins.withLock { $0 } >= 3)
        #expect(try home.status(0) == .bounced)
    }
}
