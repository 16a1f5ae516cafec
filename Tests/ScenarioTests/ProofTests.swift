import Bench
import Glibc
import HTTP
import JSON
import Sockets
import Testing

/// Proofs and tests of a running daemon: they arrive, their links work, and nothing of it reaches a
/// profile or the mailing's own figures.
@Suite(.serialized) struct ProofTests {
    private static let rules =
        Scenario.rules + """

            [field clicks]
            type = number
            [action count]
            do = clicks += 1
            """

    private static let mailing = """
        ---
        subject: Hello {{ first_name | default: "you" }}
        from: News <news@example.com>
        topic: news
        audience: everybody
        proof: anna@example.com, ben@example.com
        ---
        {% slot "hero" %}{% alt "one" when first_name == "Person 1" %}<p>One</p>
        {% default %}<p>All</p>{% endslot %}
        <p><a href="https://example.com/x" data-action="count">look</a></p>
        <p><a href="{{ links.unsubscribe }}">unsubscribe</a></p>
        """

    /// A message as the sink kept it, soft line breaks of quoted-printable taken out.
    private func messages(in maildir: String) -> [String] {
        guard let folder = opendir(maildir + "/new") else { return [] }
        defer { closedir(folder) }
        var texts: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix("."), let file = fopen("\(maildir)/new/\(name)", "r") else {
                continue
            }
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = fread(&bytes, 1, bytes.count, file)
            fclose(file)
            let text = String(decoding: bytes[..<count].filter { $0 != 0x0D }, as: UTF8.self)
            texts.append(
                text.split(separator: "=\n", omittingEmptySubsequences: false).joined()
                    .split(separator: "=3D", omittingEmptySubsequences: false)
                    .joined(separator: "="))
        }
        return texts
    }

    private func path(_ marker: String, in message: String, _ scenario: Scenario) -> String? {
        let base = "http://127.0.0.1:\(scenario.home.sitePort)"
        guard let start = message.firstRange(of: base + marker) else { return nil }
        let rest = message[start.lowerBound...].dropFirst(base.utf8.count)
        return String(rest.prefix { !"\"<> \n)".contains($0) })
    }

    private func subject(_ message: String) -> String {
        let line = message.split(separator: "\n").first { $0.hasPrefix("Subject: ") } ?? ""
        return String(line.dropFirst(9))
    }

    @Test(
        "proofs and tests arrive, count apart, and what is done with them changes no profile",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(3)))
    func proofs() throws {
        let box = TemporaryDirectory("maild-proofs")
        var options = Sink.Options()
        options.maildir = box.path + "/mail"
        let sink = try Sink(options)
        defer { sink.stop() }
        let scenario = try Scenario(
            "proofs", relayPort: Int(sink.port), grants: "proof-domains = example.com")
        // The rules come into force with the first look at the folder, and with them the field.
        #expect(eventually(within: 60) { scenario.control.look("/v1/mailings/hello") != nil })
        try scenario.home.directory.write("Templates/loop.conf", Self.rules)
        let csv = "email,first_name\nperson1@example.org,Person 1\nperson2@example.org,Two\n"
        #expect(
            scenario.control.ask("/v1/import?mode=add", by: .post, body: Array(csv.utf8)) != nil)
        try scenario.home.directory.write("Templates/proved.html", Self.mailing)

        // Every combination to every colleague, before anything is released.
        #expect(sink.waitForMessages(4, milliseconds: 60_000), "\(scenario.log)")
        let arrived = messages(in: box.path + "/mail")
        #expect(
            Set(arrived.map(subject)) == [
                "[proof 1/2 hero=one] Hello Person 1", "[proof 2/2 hero=default] Hello Two",
            ])
        #expect(
            sink.envelopes.flatMap(\.recipients).sorted()
                == ["anna", "anna", "ben", "ben"].map { "\($0)@example.com" })

        // Exactly what the person would get, to a granted domain only.
        let test = "/v1/mailings/proved/test?profile=person1@example.org&to="
        #expect(scenario.control.ask(test + "me@elsewhere.example", by: .post) == nil)
        #expect(scenario.control.ask(test + "me@example.com", by: .post) != nil)
        #expect(sink.waitForMessages(5, milliseconds: 60_000), "\(scenario.log)")
        let tests = messages(in: box.path + "/mail").filter { subject($0) == "Hello Person 1" }
        let mail = try #require(tests.first)
        #expect(tests.count == 1)

        // The links work for whoever tries them, and do nothing to the person shown.
        let site = HTTPClient(
            .tcp(host: "127.0.0.1", port: UInt16(scenario.home.sitePort)), milliseconds: 20_000)
        let host: HeaderFields = ["host": "127.0.0.1:\(scenario.home.sitePort)"]
        let click = try site.send(
            .get, try #require(path("/c/", in: mail, scenario)), headers: host)
        #expect(click.headers["location"] == "https://example.com/x")
        let out = try site.send(
            .post, try #require(path("/u/", in: mail, scenario)), headers: host,
            body: .bytes(Array("List-Unsubscribe=One-Click".utf8)))
        #expect(out.status.code == 200)
        let view = path("/v/", in: mail, scenario)
        #expect(view == nil)
        let isTracked = eventually(within: 30) {
            scenario.control.look("/v1/events")?.array?.contains {
                $0["kind"] == "click" && $0["mailing"] == "proofs/proved"
            } == true
        }
        #expect(isTracked, "\(scenario.log)")
        let person = try #require(scenario.control.look("/v1/profiles/person1@example.org"))
        #expect(person["fields"]?["clicks"] == nil)
        #expect(person["topics"]?["news"] == true && person["status"] == "active")
        #expect(person["events"]?.array?.isEmpty == true)
        #expect(person["deliveries"]?.array?.isEmpty == true)

        // The mailing itself has not begun; released, everybody gets it once.
        let before = try #require(scenario.control.look("/v1/mailings/proved"))
        #expect(before["total"] == 0 && before["proofs"]?["sent"] == 5)
        #expect(before["state"] == "waiting")
        #expect(scenario.control.ask("/v1/mailings/proved/release", by: .post) != nil)
        #expect(sink.waitForMessages(7, milliseconds: 60_000), "\(scenario.log)")
        #expect(
            eventually(within: 30) {
                scenario.control.look("/v1/mailings/proved")?["state"] == "finished"
            })
        let recipients = sink.envelopes.flatMap(\.recipients).filter { $0.hasSuffix(".org") }
        #expect(recipients.sorted() == ["person1@example.org", "person2@example.org"])

        // The same file again sends no proofs again; another version does.
        try scenario.home.directory.write("Templates/proved.html", Self.mailing + " ")
        #expect(sink.waitForMessages(11, milliseconds: 60_000), "\(scenario.log)")
        #expect(sink.envelopes.count == 11)
    }
}
