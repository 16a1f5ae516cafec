import Bench
import Glibc
import Testing

/// Against a real Postfix with STARTTLS and login, through somebody on the line.
@Suite(.serialized) struct PrivatePostfixTests {
    static let noPostfix: Comment = "needs root and the package postfix"
    private static let password = "open-sesame-4711"
    /// `\0mailer\0open-sesame-4711`.
    private static let plain = "AG1haWxlcgBvcGVuLXNlc2FtZS00NzEx"

    /// Whether Postfix wants a certificate of us, and gets one.
    private enum Client { case notAsked, missing, known }

    /// A daemon, the line, Postfix, and the sink behind it.
    private final class World {
        let sink: Sink
        let postfix: PrivatePostfix
        let line: Tamperer
        let scenario: Scenario
        private let certificates = try! Certificates()
        private let passwords = PasswordServer(
            user: "mailer", password: PrivatePostfixTests.password)

        init(
            _ deed: Tamperer.Deed = .nothing, certificate: Certificates.Kind = .good,
            password: String = PrivatePostfixTests.password, client: Client = .notAsked
        ) throws {
            sink = try Sink(Sink.Options())
            postfix = try PrivatePostfix(
                certificate: certificates.file(certificate), key: certificates.key,
                passwords: passwords, next: Int(sink.port),
                clientAuthority: client == .notAsked ? nil : certificates.authority)
            line = Tamperer(before: postfix.port, deed)
            let file = certificates.authority + ".password"
            try TemporaryDirectory.write(file, Array(password.utf8))
            chmod(file, 0o600)
            let authority = certificates.authority
            let (shown, key) = certificates.client
            scenario = try Scenario("postfix", relayPort: line.port) {
                $0.relay =
                    "tls = require\nca-file = \(authority)\nuser = mailer\npassword-file = \(file)"
                if client == .known {
                    $0.relay += "\nclient-cert = \(shown)\nclient-key = \(key)"
                }
            }
        }

        deinit { sink.stop() }
    }

    @Test(
        "through STARTTLS and login everybody gets the mailing once",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon),
        .enabled(if: PrivatePostfix.isPossible, noPostfix),
        .enabled(if: Certificates.program != nil, Certificates.noProgram), .timeLimit(.minutes(5)))
    func everybody() throws {
        let world = try World()
        try world.scenario.mail(300)
        try world.scenario.waitUntilFinished(seconds: 120)
        #expect(world.scenario.counts == ["sent": 300])
        #expect(world.sink.waitForMessages(300, milliseconds: 60_000), "\(world.postfix.log)")
        let arrived = world.sink.envelopes.flatMap(\.recipients)
        #expect(arrived.count == 300 && Set(arrived).count == 300)
        // In the clear only what must be.
        #expect(world.line.clearText.contains("STARTTLS"))
        #expect(!world.line.clearText.contains("MAIL FROM"))
        #expect(!world.line.clearText.contains("AUTH"))
    }

    @Test(
        "a relay that wants our certificate takes mail with the one configured, and none without",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon),
        .enabled(if: PrivatePostfix.isPossible, noPostfix),
        .enabled(if: Certificates.program != nil, Certificates.noProgram), .timeLimit(.minutes(5)))
    func clientCertificate() throws {
        let known = try World(client: .known)
        try known.scenario.mail(20)
        try known.scenario.waitUntilFinished(seconds: 120)
        #expect(known.scenario.counts == ["sent": 20], "\(known.postfix.log)")
        #expect(known.sink.waitForMessages(20, milliseconds: 60_000), "\(known.postfix.log)")

        let missing = try World(client: .missing)
        try missing.scenario.mail(20)
        let isSaid = eventually(within: 30) {
            missing.scenario.log.contains("relay sink: no session: ")
        }
        #expect(isSaid, "\(missing.scenario.log) \(missing.postfix.log)")
        #expect(missing.scenario.isWaiting(20), "\(missing.scenario.counts)")
        #expect(missing.sink.envelopes.isEmpty)
    }

    @Test(
        "a wrong password sends nothing, uses up no attempts, and is in no log",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon),
        .enabled(if: PrivatePostfix.isPossible, noPostfix),
        .enabled(if: Certificates.program != nil, Certificates.noProgram), .timeLimit(.minutes(5)))
    func wrongPassword() throws {
        let world = try World(password: "wrong-guess-0815")
        try world.scenario.mail(20)
        let isSaid = eventually(within: 30) {
            world.scenario.log.contains("relay sink: no session: auth:")
        }
        #expect(isSaid, "\(world.scenario.log) \(world.postfix.log)")
        #expect(world.scenario.isWaiting(20), "\(world.scenario.counts)")
        #expect(world.scenario.log.contains("535"))
        #expect(!world.scenario.log.contains("wrong-guess"))
        #expect(world.sink.envelopes.isEmpty)
    }

    @Test(
        "behind STARTTLS a certificate that cannot be trusted ends it before login and mail",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon),
        .enabled(if: PrivatePostfix.isPossible, noPostfix),
        .enabled(if: Certificates.program != nil, Certificates.noProgram), .timeLimit(.minutes(5)))
    func expired() throws {
        let world = try World(certificate: .expired)
        try world.scenario.mail(20)
        let isSaid = eventually(within: 30) {
            world.scenario.log.contains(
                "no session: starttls: SSL certificate problem: certificate has expired")
        }
        #expect(isSaid, "\(world.scenario.log)")
        #expect(world.scenario.isWaiting(20), "\(world.scenario.counts)")
        #expect(world.sink.envelopes.isEmpty)
    }

    @Test(
        "STARTTLS taken out, or answers put in behind it, and no mail and no password leaves",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon),
        .enabled(if: PrivatePostfix.isPossible, noPostfix),
        .enabled(if: Certificates.program != nil, Certificates.noProgram), .timeLimit(.minutes(5)),
        arguments: [Tamperer.Deed.strip, .inject])
    func tampered(_ deed: Tamperer.Deed) throws {
        let world = try World(deed)
        try world.scenario.mail(20)
        let isSaid = eventually(within: 30) {
            world.scenario.log.contains("relay sink: no session: ")
        }
        #expect(isSaid, "\(world.scenario.log)")
        if case .strip = deed {
            #expect(world.scenario.log.contains("does not offer STARTTLS, and TLS is required"))
        }
        #expect(world.scenario.isWaiting(20), "\(world.scenario.counts)")
        let clear = world.line.clearText
        #expect(!clear.contains("MAIL FROM") && !clear.contains("AUTH"))
        #expect(!clear.contains(Self.plain))
        #expect(world.sink.envelopes.isEmpty)
    }
}
