import Core
import Bench
import HTTP
import JSON
import PowerLoss
import Testing

/// Profiles that hold whatever somebody typed into a form to break a mailer.
@Suite(.serialized) struct HostileValueTests {
    private static let front = """
        ---
        subject: SUBJECT
        preheader: PREHEADER
        from: News <news@example.com>
        topic: news
        audience: everybody
        max-skip: 100 %
        text: file
        ---

        """

    private static let html = """
        <p title="{{ first_name }}">Hello {{ first_name }}, {{ first_name | raw }}</p>
        {% slot "hero" %}{% alt "one" when first_name contains "a" %}<b>{{ first_name }}</b>
        {% default %}<i style="color: {{ first_name }}">{{ first_name }}</i>{% endslot %}
        <p><a href="https://example.com/{{ first_name }}?n={{ first_name | url_encode }}">look</a>
        <img src="https://example.com/i.png" alt="{{ first_name }}">
        <a href="{{ links.unsubscribe }}">unsubscribe</a></p>
        """

    private static let text = """
        Hello {{ first_name }}
        {{ first_name }}
        .{{ first_name }}
        {{ links.unsubscribe }}
        """

    /// One of the values: pieces that mean something to somebody, strung together.
    private static func value(using random: inout SplitMix64) -> String {
        let pieces = [
            "\r\n", "\n", "\r", "\r\n\r\n", "\r\n.\r\n", "\n.\n", "\r\nBcc: all@example.org\r\n",
            "\nSubject: other", "\u{0}", "\u{1B}[2J", "\u{7F}", "\u{85}", "\u{2028}", "\u{202E}",
            "\u{FEFF}", "\u{FFFD}", "=?utf-8?q?x?=", "=\r\n", "=0D=0A", "%0d%0a", "\\r\\n",
            "<script>alert(1)</script>", "\"><a href='x'>", "'", "\"", "<!--", "-->", "]]>",
            "{{ links.unsubscribe }}", "{% abort \"x\" %}", "{{", "*|FNAME|*", "\t", " ", ".", "..",
            "MAIL FROM:<x@example.org>\r\n", "\r\n250 ok\r\n", "QUIT\r\n", "é", "漢字", "👩‍👩‍👧",
            "e\u{301}", ",", ";", ":", "@", "<b@example.org>", "(comment)", "[x](y)", "a",
            String(repeating: "x", count: 1200), String(repeating: "ä ", count: 400),
            "--==boundary", "Content-Type: text/html\r\n\r\n", "javascript:alert(1)",
        ]
        return (0..<Int.random(in: 1...4, using: &random))
            .map { _ in pieces.randomElement(using: &random)! }.joined()
    }

    private static func quoted(_ value: String) -> String {
        "\"" + value.replacing("\"", with: "\"\"") + "\""
    }

    /// The names of a message's header fields, and whether a line of it is no field.
    private static func fields(of message: String) -> [String] {
        let lines = message.split(separator: "\r\n", omittingEmptySubsequences: false)
        return lines.prefix { !$0.isEmpty }.filter { $0.first != " " && $0.first != "\t" }.map {
            String($0.prefix { $0 != ":" })
        }
    }

    @Test(
        "1,000 hostile values in every position of a template: one message each, no field of theirs",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(5)),
        arguments: [false, true])
    func values(inHeader: Bool) throws {
        print("MAILD_SEED=\(Torture.seed)")
        var random = SplitMix64(seed: Torture.seed)
        let values = ["Anna"] + (1..<1150).map { _ in Self.value(using: &random) }
        let mailbox = Mailbox()
        let sink = try Sink(mailbox.options)
        defer { sink.stop() }
        let front = Self.front
            .replacing("SUBJECT", with: inHeader ? "Hello {{ first_name }}" : "Hello")
            .replacing("PREHEADER", with: inHeader ? "{{ first_name }}" : "Hello")
        let scenario = try Scenario(
            "hostile", relayPort: Int(sink.port), mailing: front + Self.html,
            assets: ["hello.txt": Array(Self.text.utf8)])
        let rows = values.enumerated().map { "person\($0)@example.org,\(Self.quoted($1))\n" }
        let csv = "email,first_name\n" + rows.joined()
        let answer = scenario.control.ask(
            "/v1/import?mode=add", by: .post, body: Array(csv.utf8))
        // A value that no field may hold is refused with its line and never gets as far.
        let people = Int(answer?["inserted"]?.integer ?? 0)
        try #require(people >= 1000, "\(answer as Any)")
        try scenario.release()
        try scenario.waitUntilFinished(seconds: 120)

        let counts = scenario.counts
        let which: Comment = "MAILD_SEED=\(Torture.seed): \(counts)"
        let sent = counts["sent", default: 0]
        // A line end in a header holds that person's message; elsewhere nothing does.
        let broken = values.count { $0.unicodeScalars.contains { $0 == "\r" || $0 == "\n" } }
        #expect(sent + counts["held", default: 0] == people, which)
        #expect(inHeader ? sent >= people - broken : sent == people, which)
        let arrived = sink.envelopes.flatMap(\.recipients)
        #expect(arrived.count == sent && Set(arrived).count == sent, which)
        #expect(sink.envelopes.allSatisfy { $0.violations.isEmpty }, which)
        let messages = mailbox.messages
        #expect(messages.count == sent, which)
        let plain = try #require(messages.first { $0.contains("Delivered-To: person0@") })
        let expected = Self.fields(of: plain)
        #expect(expected.contains("Subject") && Set(expected).count == expected.count)
        for message in messages {
            #expect(Self.fields(of: message) == expected, which)
        }
    }
}
