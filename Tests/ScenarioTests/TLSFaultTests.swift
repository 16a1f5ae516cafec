import Bench
import Glibc
import Testing

/// Certificates that are not to be trusted, and somebody on the line: no mail leaves, nobody's
/// attempts are used up, and the log says why.
@Suite(.serialized) struct TLSFaultTests {
    @Test(
        "a relay whose certificate cannot be trusted gets no mail, and the log says what is wrong",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon),
        .enabled(if: Certificates.program != nil, Certificates.noProgram), .timeLimit(.minutes(3)),
        arguments: [
            (Certificates.Kind.expired, "expired"), (.wrongHost, "127.0.0.1"),
            (.unknown, "self"),
        ])
    func certificates(kind: Certificates.Kind, reason: String) throws {
        let certificates = try Certificates()
        let port = freePort()
        let output = TemporaryDirectory("maild-tls")
        let peer = try ChildProcess(
            Certificates.program!,
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-quiet", "-cert",
                certificates.file(kind), "-key", certificates.key,
            ], output: output.path + "/output")
        defer { peer.signal(SIGKILL) }
        let scenario = try Scenario("tls", relayPort: port) {
            $0.relayScheme = "smtps"
            $0.relay = "tls = require\nca-file = \(certificates.authority)"
        }
        try scenario.mail(20)
        let isSaid = eventually(within: 30) {
            scenario.log.split(separator: "\n").contains {
                $0.contains("relay sink: no session: ") && $0.contains(reason)
            }
        }
        #expect(isSaid, "\(scenario.log)")
        #expect(scenario.state == "running")
        #expect(scenario.isWaiting(20), "\(scenario.counts)")
        let said = Mailbox.text(output.path + "/output") ?? ""
        #expect(!said.contains("MAIL FROM"))
    }
}
