import Core
import Curl
import SMTP
import Testing

@Suite struct SMTPSessionTests {
    private func relay(_ peer: ScriptedPeer, _ change: (inout Relay) -> Void = { _ in }) -> Relay {
        var relay = Relay(host: "127.0.0.1", port: peer.port, tls: .off)
        relay.connectTimeout = .seconds(5)
        relay.responseTimeout = .seconds(5)
        change(&relay)
        return relay
    }

    private func failure(_ relay: Relay) throws -> SessionFailure {
        let failure = #expect(throws: SessionFailure.self) { try openedSession(relay) }
        return try #require(failure)
    }

    @Test("an open session knows what EHLO offered and by which name it was greeted")
    func opens() throws {
        let peer = ScriptedPeer([("EHLO", "250-peer\n250-PIPELINING\n250 SIZE 1000")])
        do {
            let session = try openedSession(relay(peer) { $0.ownName = "mail.example.com" })
            #expect(session.isOpen)
            #expect(session.capabilities.pipelining)
            #expect(session.capabilities.sizeLimit == 1000)
        }
        // QUIT is the machine's to say.
        #expect(peer.lines() == ["EHLO mail.example.com"])
    }

    @Test("bytes go out and come in as they are, and the end of the stream is seen")
    func carries() throws {
        let peer = ScriptedPeer([("EHLO", "250 peer"), ("NOOP", "250 fine"), ("BYE", nil)])
        let session = try openedSession(relay(peer))
        session.begin(Array("NOOP\r\nBYE\r\n".utf8))
        while session.isWriting { _ = try session.flush() }
        var heard: [UInt8] = []
        while try session.receive({ heard += $0 }) {}
        #expect(String(decoding: heard, as: UTF8.self) == "250 fine\r\n")
        #expect(!session.isOpen)
    }

    @Test("a refused connection fails at connect")
    func refusedConnection() throws {
        let peer = ScriptedPeer([])
        let gone = try failure(Relay(host: "127.0.0.1", port: 1, tls: .off))
        #expect(gone.stage == .connect)
        #expect(gone.kind == .network)
        _ = try failure(relay(peer) { $0.ownName = "a" })
    }

    @Test("an unfriendly greeting fails at greeting, with the reply")
    func greeting() throws {
        let found = try failure(relay(ScriptedPeer(greeting: "554 5.7.1 not you", [])))
        #expect(found.stage == .greeting)
        #expect(found.kind == .refused)
        #expect(found.reply?.code == 554)
    }

    @Test("EHLO and HELO refused fail at ehlo")
    func ehlo() throws {
        let found = try failure(
            relay(ScriptedPeer([("EHLO", "550 5.5.0 no"), ("HELO", "550 5.5.0 no")])))
        #expect(found.stage == .ehlo)
        #expect(found.kind == .refused)
        #expect(found.reply?.status == EnhancedStatus(5, 5, 0))
    }

    @Test("required TLS that is not offered, or refused, fails and sends nothing more")
    func tls() throws {
        let silent = ScriptedPeer([("EHLO", "250 peer")])
        let stripped = try failure(relay(silent) { $0.tls = .require })
        #expect(stripped.stage == .starttls)
        #expect(stripped.kind == .tls)
        #expect(stripped.reason.contains("does not offer STARTTLS"))
        #expect(silent.lines().allSatisfy { !$0.hasPrefix("MAIL") })
        let refusing = ScriptedPeer([("EHLO", "250-peer\n250 STARTTLS"), ("STARTTLS", "454 no")])
        let refused = try failure(relay(refusing) { $0.tls = .require })
        #expect(refused.stage == .starttls)
        #expect(refused.kind == .tls)
    }

    @Test("rubbish after the 220 to STARTTLS is a failure of TLS, not a session")
    func rubbishInsteadOfTLS() throws {
        let peer = ScriptedPeer([
            ("EHLO", "250-peer\n250 STARTTLS"), ("STARTTLS", "220 go\n250 PIPELINING"), ("", nil),
        ])
        let found = try failure(relay(peer) { $0.tls = .require })
        #expect(found.stage == .starttls || found.kind == .refused)
    }

    @Test("credentials without AUTH offered are a failure of login, never a silent success")
    func noAuthOffered() throws {
        let peer = ScriptedPeer([("EHLO", "250 peer")])
        let found = try failure(
            relay(peer) { $0.credentials = .init(user: "u", password: "hush") })
        #expect(found.stage == .auth)
        #expect(found.kind == .login)
        #expect(!"\(found)".contains("hush"))
    }

    @Test("a wrong password fails at auth; a right one opens the session")
    func auth() throws {
        let wrong = ScriptedPeer([
            ("EHLO", "250-peer\n250 AUTH PLAIN"), ("AUTH PLAIN", "535 5.7.8 wrong"), ("QUIT", nil),
        ])
        let found = try failure(
            relay(wrong) { $0.credentials = .init(user: "u", password: "hush") })
        #expect(found.stage == .auth)
        #expect(found.kind == .login)
        #expect(found.reply?.code == 535)
        let right = ScriptedPeer([
            ("EHLO", "250-peer\n250 AUTH PLAIN"), ("AUTH PLAIN", "334 "),
            ("AHUAaHVzaA==", "235 2.7.0 welcome"),
        ])
        let session = try openedSession(
            relay(right) { $0.credentials = .init(user: "u", password: "hush") })
        #expect(session.isOpen)
    }

    @Test(
        "a host or a name that is none never reaches a URL",
        arguments: ["", "a b", "a/b", "a@b", "a\r\nRSET", "ä", String(repeating: "a", count: 300)])
    func names(_ text: String) throws {
        for relay in [
            Relay(host: text, port: 25), Relay(host: "localhost", port: 25, ownName: text),
        ] {
            #expect(throws: SessionFailure.self) { try openedSession(relay) }
        }
    }

    @Test("credentials do not print their password")
    func printing() {
        let relay = Relay(host: "h", port: 25, credentials: .init(user: "u", password: "hush"))
        #expect(!"\(relay)".contains("hush"))
        #expect(!String(reflecting: relay).contains("hush"))
    }
}
