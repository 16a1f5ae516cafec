import Bench
import Glibc
import Testing

/// A daemon that is told to sign or to log in, and cannot, does not start.
@Suite(.serialized) struct SecretsTests {
    @Test(
        "A key or password that cannot be used is told in the log, and nothing starts",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(2)),
        arguments: [
            ("[dkim example.com]\nselector = s\nkey = /nowhere/key.pem", "No such file"),
            ("[dkim example.com]\nselector = s\nkey = EXPOSED", "chmod 640"),
            ("[dkim example.com]\nselector = s\nkey = CLOSED", "no private key in PEM"),
            ("[dkim example.com]\nselector = s\nkey = dkim", "LoadCredential=dkim"),
            (
                "[relay b]\nurl = smtps://localhost\nuser = u\npassword-file = EXPOSED",
                "password-file of relay b"
            ),
        ])
    func refuses(_ section: String, _ reason: String) throws {
        let secret = "not-to-be-shown"
        let files = TemporaryDirectory("maild-secrets")
        for (name, mode) in [("exposed", 0o644), ("closed", 0o600)] as [(String, mode_t)] {
            try files.write(name, secret)
            #expect(chmod(files.path + "/" + name, mode) == 0)
        }
        var settings = DaemonHome.Settings(relayPort: 1)
        settings.more =
            section.replacing("EXPOSED", with: files.path + "/exposed")
            .replacing("CLOSED", with: files.path + "/closed")
        let home = try DaemonHome("maild-secrets", settings: settings)
        let process = try home.start(Scenario.daemon!)
        #expect(process.wait(seconds: 60) == .exited(1))
        let log = try String(decoding: Self.bytes(home.logPath), as: UTF8.self)
        #expect(log.contains(reason), "\(log)")
        #expect(!log.contains(secret))
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }
}
