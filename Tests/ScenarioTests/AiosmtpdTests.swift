import Bench
import Glibc
import Testing

/// Against aiosmtpd (PyPI), which offers no PIPELINING; skipped where it is absent.
@Suite(.serialized) struct AiosmtpdTests {
    static let isThere: Bool = {
        let place = TemporaryDirectory("maild-python")
        let child = try? ChildProcess(
            "/usr/bin/env", ["python3", "-c", "import aiosmtpd"], output: place.path + "/output")
        return child?.wait(seconds: 30) == .exited(0)
    }()

    @Test(
        "Everybody gets the mailing once through aiosmtpd",
        .enabled(if: isThere, "python3 has no aiosmtpd"),
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(5)))
    func once() throws {
        let count = 200
        let directory = TemporaryDirectory("maild-aiosmtpd")
        let port = freePort()
        let server = try ChildProcess(
            "/usr/bin/env",
            [
                "python3", "-m", "aiosmtpd", "-n", "-l", "127.0.0.1:\(port)", "-c",
                "aiosmtpd.handlers.Mailbox", directory.path + "/mail",
            ], output: directory.path + "/output")
        defer { server.signal(SIGKILL) }
        let scenario = try Scenario("aiosmtpd", relayPort: port)
        try scenario.mail(count)
        try scenario.waitUntilFinished(seconds: 120)
        #expect(scenario.counts == ["sent": count])
        let recipients = Mailbox.files(in: directory.path + "/mail/new").compactMap { message in
            message.split(separator: "X-RcptTo: ").dropFirst().first?.prefix { !$0.isNewline }
        }
        #expect(recipients.count == count && Set(recipients).count == count)
    }
}
