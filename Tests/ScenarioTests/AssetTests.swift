import Bench
import Glibc
import HTTP
import JSON
import Sockets
import Testing

/// Images and attachments on their whole way: from the folder to the recipient's mail program,
/// which Python's `email` package plays.
@Suite(.serialized) struct AssetTests {
    static let python: String? = {
        for place in ["/usr/bin/python3", "/usr/local/bin/python3", "/root/.pyenv/shims/python3"]
        where access(place, X_OK) == 0 { return place }
        return nil
    }()

    /// A PNG's header with bytes behind it that no text would survive.
    static let hero: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 2, 0x58, 0, 0, 1, 0x2C, 8, 2, 0, 0, 0]
        + (0..<90_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    static let list = Array("%PDF-1.7\r\n.\r\n".utf8) + (0..<70_000).map { UInt8($0 & 255) }

    private func mailing(_ images: String) -> String {
        """
        ---
        subject: Look
        from: News <news@example.com>
        topic: news
        audience: everybody
        images: \(images)
        attach: Preisliste Herbst – Größen.pdf
        inline-css: on
        ---
        <html><head><style>td.price { color: #c00 }</style></head><body>
        <img src="images/hero.png" alt="Hero"><img src="images/hero.png" alt="again">
        <table><tr><td class="price">9 €</td></tr></table>
        <p><a href="{{ links.view }}">view</a> <a href="{{ links.unsubscribe }}">out</a></p>
        </body></html>
        """
    }

    private func send(_ images: String, to mailbox: Mailbox) throws -> (Scenario, Sink) {
        let sink = try Sink(mailbox.options)
        let scenario = try Scenario(
            "assets", relayPort: Int(sink.port), mailing: mailing(images),
            assets: [
                "images/hero.png": Self.hero,
                "attachments/Preisliste Herbst – Größen.pdf": Self.list,
            ])
        let home = scenario.home.directory.path
        try TemporaryDirectory.write(home + "/expected-png", Self.hero)
        try TemporaryDirectory.write(home + "/expected-pdf", Self.list)
        try scenario.mail(3)
        try scenario.waitUntilFinished(seconds: 60)
        #expect(scenario.counts == ["sent": 3], "\(scenario.log)")
        return (scenario, sink)
    }

    private func get(_ scenario: Scenario, _ path: String) throws -> HTTPResponse {
        let client = HTTPClient(
            .tcp(host: "127.0.0.1", port: UInt16(scenario.home.sitePort)), milliseconds: 10_000)
        return try client.send(.get, path)
    }

    @Test(
        "hosted: the page fetches the image from the endpoint byte for byte",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(3)))
    func hosted() throws {
        let mailbox = Mailbox()
        let (scenario, sink) = try send("host", to: mailbox)
        defer { sink.stop() }
        let message = try #require(mailbox.messages.first)
        let text = message.replacing("=\r\n", with: "")
        let start = try #require(text.firstRange(of: "/i/"))
        let path = String(text[start.lowerBound...].prefix { $0 != "\"" })
        let answer = try get(scenario, path)
        #expect(answer.status == 200)
        #expect(answer.body == Self.hero)
        #expect(answer.headers["content-type"] == "image/png")
        #expect(text.contains("width=3D\"600\" height=3D\"300\""))
        #expect(text.contains("class=3D\"price\" style=3D\"color:#c00\""))
        #expect(!text.contains("Content-ID"))
        let other = "/i/" + String(repeating: "0", count: 32) + ".png"
        #expect(try get(scenario, other).status == 404)
    }

    @Test(
        "embedded: Python's email package finds image and attachment intact, each once",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon),
        .enabled(if: python != nil, "python3 is not installed"), .timeLimit(.minutes(3)))
    func embedded() throws {
        let mailbox = Mailbox()
        let (scenario, sink) = try send("embed", to: mailbox)
        defer { sink.stop() }
        let home = scenario.home.directory
        try home.write("read.py", Self.script)
        let output = home.path + "/python.out"
        let reader = try ChildProcess(
            Self.python!,
            [
                home.path + "/read.py", mailbox.path, home.path + "/expected-png",
                home.path + "/expected-pdf",
            ], output: output)
        #expect(reader.wait(seconds: 60) == .exited(0), "\(Mailbox.text(output) ?? "")")
        #expect(Mailbox.text(output) == "3 messages\n")

        // In a browser the same images come from the endpoint.
        let message = try #require(mailbox.messages.first).replacing("=\r\n", with: "")
        let start = try #require(message.firstRange(of: "/v/"))
        let view = try get(
            scenario, String(message[start.lowerBound...].prefix { $0 != "\"" && $0 != ")" }))
        let page = String(decoding: view.body, as: UTF8.self)
        #expect(!page.contains("cid:"))
        let image = try #require(page.firstRange(of: "/i/"))
        let path = String(page[image.lowerBound...].prefix { $0 != "\"" })
        #expect(try get(scenario, path).body == Self.hero)
    }

    /// Reads every message as a mail program would.
    private static let script = """
        import email, email.policy, pathlib, re, sys
        box, image, price = sys.argv[1:]
        image = open(image, 'rb').read()
        price = open(price, 'rb').read()
        count = 0
        for path in pathlib.Path(box, 'new').iterdir():
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert not mail.defects, mail.defects
            assert mail.get_content_type() == 'multipart/mixed', mail.get_content_type()
            related, attachment = mail.iter_parts()
            assert related.get_content_type() == 'multipart/related'
            assert related.get_param('type') == 'multipart/alternative'
            bodies, hero = related.iter_parts()
            assert [p.get_content_type() for p in bodies.iter_parts()] == \\
                ['text/plain', 'text/html']
            html = bodies.get_body(('html',)).get_content()
            cids = set(re.findall('cid:([^"]+)', html))
            assert cids == {hero['content-id'].strip('<>')}, (cids, hero['content-id'])
            assert html.count('cid:') == 2
            assert hero.get_content_type() == 'image/png'
            assert hero.get_content_disposition() == 'inline'
            assert hero.get_filename() == 'hero.png'
            assert hero.get_content() == image
            assert attachment.get_content_disposition() == 'attachment'
            assert attachment.get_filename() == 'Preisliste Herbst – Größen.pdf', \\
                attachment.get_filename()
            assert attachment.get_content() == price
            for part in mail.walk():
                assert not part.defects, part.defects
            count += 1
        print(count, 'messages')
        """
}
