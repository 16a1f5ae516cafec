import Bench
import Glibc
import HTTP
import JSON
import Sockets
import Testing

/// The public side of a running daemon, as scanners, people and systemd meet it.
@Suite(.serialized) struct PublicSideTests {
    private static let mailing = """
        ---
        subject: Hello
        from: News <news@example.com>
        topic: news
        audience: everybody
        track: clicks, opens, trap
        link-parameters:
          utm_source: maild
        ---
        <html><body>
        <p><a href="https://example.com/x">look</a> <a href="https://example.com/x">again</a>
        <a href="https://example.com/{{ first_name }}">yours</a> <a href="mailto:a@example.com">m</a></p>
        <p><a href="{{ links.unsubscribe }}">out</a> <a href="{{ links.preferences }}">choices</a>
        <a href="{{ links.view }}">view</a></p>{% survey "nps" %}
        </body></html>
        """

    private static let rules =
        Scenario.rules + """

            [survey nps]
            kind = nps
            question = Would you recommend us?
            """

    private let mailbox = Mailbox()
    private let sink: Sink
    private let scenario: Scenario

    init() throws {
        try #require(Scenario.daemon != nil)
        sink = try Sink(mailbox.options)
        scenario = try Scenario(
            "public", relayPort: Int(sink.port), mailing: Self.mailing, rules: Self.rules)
    }

    private var base: String { "http://127.0.0.1:\(scenario.home.sitePort)" }

    private func ask(_ method: HTTPMethod, _ path: String, _ form: String? = nil) throws
        -> HTTPResponse
    {
        let client = HTTPClient(
            .tcp(host: "127.0.0.1", port: UInt16(scenario.home.sitePort)), milliseconds: 30_000)
        return try client.send(
            method, path,
            headers: [
                "host": "127.0.0.1:\(scenario.home.sitePort)", "user-agent": "Mozilla/5.0",
                "content-type": "application/x-www-form-urlencoded",
            ], body: form.map { .bytes(Array($0.utf8)) } ?? .none)
    }

    /// Every address of ours that a message holds, in its headers and in both parts.
    private func paths(in message: String) -> Set<String> {
        let text = message.split(separator: "=\r\n", omittingEmptySubsequences: false).joined()
            .split(separator: "=\n", omittingEmptySubsequences: false).joined()
            .replacing("=3D", with: "=")
        return Set(
            text.ranges(of: base).map { range in
                String(text[range.upperBound...].prefix { !"\"<> \r\n)".contains($0) })
            })
    }

    private func message() throws -> String {
        try scenario.mail(1)
        try scenario.waitUntilFinished(seconds: 60)
        return try #require(mailbox.messages.first)
    }

    private func consent() -> [JSON?] {
        let person = scenario.control.look("/v1/profiles/person1@example.org")
        return [
            person?["status"], person?["topics"], scenario.control.look("/v1/consent")?["rows"],
        ]
    }

    @Test(
        "GET and HEAD on every URL of a real message, List-Unsubscribe too, change no consent",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(3)))
    func effectless() throws {
        let message = try message()
        let paths = paths(in: message)
        for kind in ["/c/", "/o/", "/u/", "/p/", "/v/", "/s/"] {
            #expect(paths.contains { $0.hasPrefix(kind) }, "\(kind): \(paths.sorted())")
        }
        #expect(paths.contains { $0.hasSuffix("/65535") })
        #expect(paths.count { $0.hasPrefix("/s/") } == 11)
        let header = try #require(message.firstRange(of: "List-Unsubscribe: <\(base)"))
        let oneClick = String(message[header.upperBound...].prefix { $0 != ">" })
        #expect(paths.contains(oneClick))
        let before = consent()
        #expect(before[0] == "active")
        for path in paths.sorted() {
            for method in [HTTPMethod.get, .head] {
                let code = try ask(method, path).status.code
                #expect(
                    path.hasSuffix("/65535") ? code == 404 : code < 400,
                    "\(method) \(path): \(code)")
            }
        }
        // Until the last of these hits was judged and recorded.
        let isJudged = eventually(within: 60) {
            scenario.control.look("/v1/mailings/hello/links")?["opens"]?["gross"]?.integer == 2
        }
        #expect(isJudged)
        #expect(consent() == before)
        #expect(try ask(.post, oneClick, "List-Unsubscribe=One-Click").status == 200)
        #expect(consent() != before)
    }

    @Test(
        "a rotated key seals new mail after a start, and links in old mail go on working",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(3)))
    func rotation() throws {
        let old = paths(in: try message())
        let click = try #require(old.sorted().first { $0.hasPrefix("/c/") && $0.hasSuffix("/1") })
        let out = try #require(old.first { $0.hasPrefix("/u/") })
        #expect(scenario.control.ask("/v1/keys/rotate", by: .post) != nil)
        var status = stat()
        #expect(
            stat(scenario.home.state + "/keys", &status) == 0 && status.st_mode & 0o777 == 0o600)
        scenario.kill()
        try scenario.restart()
        #expect(
            try ask(.get, click).headers["location"] == "https://example.com/x?utm_source=maild")
        // The first two letters of a token are the number of its key.
        let page = try ask(.get, out).text
        let link = try #require(page.firstRange(of: "href=\"/p/"))
        let fresh = page[link.upperBound...].prefix(2)
        #expect(fresh != out.dropFirst(3).prefix(2), "\(fresh)")
        #expect(try ask(.get, "/p/" + page[link.upperBound...].prefix { $0 != "\"" }).status == 200)
        #expect(scenario.control.look("/v1/consent")?["broken_row"] == .null)
    }

    private static let activator = "/usr/bin/systemd-socket-activate"

    @Test(
        "sockets that systemd holds are served, and none of its own beside them",
        .enabled(
            if: Scenario.daemon != nil && access(activator, X_OK) == 0,
            "maild or systemd-socket-activate is not there"),
        .timeLimit(.minutes(3)))
    func activation() throws {
        scenario.kill()
        let port = freePort()
        let process = try ChildProcess(
            Self.activator,
            [
                "-l", "127.0.0.1:\(port)", Scenario.daemon!, "--config",
                scenario.home.configuration,
            ], output: scenario.home.logPath)
        defer {
            process.signal(SIGTERM)
            _ = process.wait(seconds: 30)
        }
        let client = HTTPClient(.tcp(host: "127.0.0.1", port: UInt16(port)), milliseconds: 5_000)
        let own = HTTPClient(
            .tcp(host: "127.0.0.1", port: UInt16(scenario.home.sitePort)), milliseconds: 5_000)
        let host: HeaderFields = ["host": "127.0.0.1:\(scenario.home.sitePort)"]
        // The first connection starts the daemon, and is served by it.
        let isServed = eventually(within: 60) {
            (try? client.send(.get, "/nothing", headers: host))?.status == 404
        }
        #expect(isServed, "\(scenario.log)")
        #expect(throws: (any Error).self) { try own.send(.get, "/nothing", headers: host) }
    }
}

extension HTTPResponse {
    fileprivate var text: String { String(decoding: body, as: UTF8.self) }
}
