import Bench
import Glibc
import Testing

/// Against Postfix's own test server, package `postfix`; skipped where it is absent.
@Suite(.serialized) struct PostfixTests {
    static let program: String? = {
        let places: [String] = ["/usr/sbin/smtp-sink", "/usr/bin/smtp-sink"]
        return places.first { access($0, X_OK) == 0 }
    }()

    @Test(
        "Everybody gets the mailing once through smtp-sink",
        .enabled(if: program != nil, "smtp-sink is not installed (package postfix)"),
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(10)))
    func once() throws {
        let count = Torture.recipients
        let directory = TemporaryDirectory("maild-postfix")
        let port = freePort()
        // One file a message, with its envelope.
        // As root it insists on being told whom to become.
        let user = geteuid() == 0 ? ["-u", "root"] : []
        let sink = try ChildProcess(
            Self.program!,
            user + ["-d", directory.path + "/letter.", "127.0.0.1:\(port)", "256"],
            output: directory.path + "/output")
        defer { sink.signal(SIGKILL) }
        let scenario = try Scenario("postfix", relayPort: port)
        try scenario.mail(count)
        try scenario.waitUntilFinished(seconds: 300)
        #expect(scenario.counts == ["sent": count])
        sink.signal(SIGTERM)
        _ = sink.wait(seconds: 10)
        let recipients = try Self.recipients(in: directory.path)
        #expect(recipients.count == count)
        #expect(Set(recipients).count == count)
    }

    /// The addresses behind `X-Rcpt-Args:` in all files of a directory.
    private static func recipients(in directory: String) throws -> [String] {
        var found: [String] = []
        let folder = try #require(opendir(directory))
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix("letter."), let file = fopen(directory + "/" + name, "r") else {
                continue
            }
            defer { fclose(file) }
            var line: UnsafeMutablePointer<CChar>?
            var capacity = 0
            defer { free(line) }
            while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) })
            {
                if text.hasPrefix("X-Rcpt-Args: <") {
                    found.append(String(text.dropFirst(14).prefix { $0 != ">" }))
                }
            }
        }
        return found
    }
}
