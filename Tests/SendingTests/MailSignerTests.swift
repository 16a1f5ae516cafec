import Fixtures
import Bench
import Core
import Glibc
import Message
import Seal
import Sending
import Testing

/// What is signed here is verified by Debian's `python3-dkim`, which shares no line with it.
@Suite struct MailSignerTests {
    static let python: String? = {
        let script = TemporaryDirectory("maild-dkim")
        let candidates = ["/usr/bin/python3", "/usr/local/bin/python3"]
        return candidates.first { python in
            guard access(python, X_OK) == 0 else { return false }
            let child = try? ChildProcess(
                python, ["-c", "import dkim, nacl"], output: script.path + "/out")
            return child?.wait(seconds: 60) == .exited(0)
        }
    }()
    static let noVerifier: Comment = "no independent verifier: install python3-dkim, python3-nacl"

    /// Prints how many signatures of the message verify, and how many it has.
    private static let verifier = """
        import dkim, sys
        message = open(sys.argv[1], "rb").read()
        records = dict(line.rstrip("\\n").split(" ", 1) for line in open(sys.argv[2]))
        def dns(name, timeout=5):
            name = name.decode() if isinstance(name, bytes) else name
            text = records.get(name.rstrip("."))
            return text.encode() if text else None
        d = dkim.DKIM(message)
        count = sum(1 for name, _ in d.headers if name.lower() == b"dkim-signature")
        def good(i):
            try: return d.verify(idx=i, dnsfunc=dns)
            except dkim.DKIMException: return False
        print(sum(1 for i in range(count) if good(i)), "of", count)
        """

    private func verify(_ message: [UInt8]) throws -> String {
        let directory = TemporaryDirectory("maild-dkim")
        try TemporaryDirectory.write("\(directory.path)/verify.py", Array(Self.verifier.utf8))
        try TemporaryDirectory.write("\(directory.path)/message", message)
        let records = """
            one._domainkey.example.com \(TestKeys.rsaRecord)
            two._domainkey.example.com \(TestKeys.ed25519Record)
            """
        try TemporaryDirectory.write("\(directory.path)/records", Array((records + "\n").utf8))
        let output = directory.path + "/output"
        let child = try ChildProcess(
            try #require(Self.python),
            [
                directory.path + "/verify.py", directory.path + "/message",
                directory.path + "/records",
            ],
            output: output)
        let ending = child.wait(seconds: 60)
        let file = try #require(fopen(output, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 100_000)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        try #require(ending == .exited(0), "\(text)")
        return text.trimmed
    }

    private func signer() throws -> MailSigner {
        MailSigner([
            .init(
                domain: "example.com", selector: "one",
                key: try SigningKey(pem: Array(TestKeys.rsa.utf8))),
            .init(
                domain: "example.com", selector: "two",
                key: try SigningKey(pem: Array(TestKeys.ed25519.utf8))),
        ])
    }

    private func letter(_ text: String) throws -> WireMessage {
        var letter = Letter(
            from: try Mailbox("Nëws <news@mail.example.com>"), to: try Mailbox("a@example.org"),
            subject: "Ein  sehr langer Betreff, der gefaltet werden muss, weil er nicht passt",
            date: Instant(milliseconds: 1_700_000_000_000), messageID: "x@example.com",
            text: Array(text.utf8), html: Array("<p>\(text)</p>\n\n\n".utf8))
        letter.unsubscribe = ["https://mail.example.com/u/abc", "mailto:u@example.com"]
        letter.oneClick = true
        letter.listID = (label: "News", identifier: "news.example.com")
        return try letter.serialize()
    }

    private static let now = Instant(milliseconds: 1_700_000_000_000)

    @Test(
        "both signatures of a message verify, whatever its body looks like",
        .enabled(if: python != nil, noVerifier),
        arguments: [
            "hello", "", "  two  blanks \t and a tab\t\n\n\n", ".\n..\n", "ümläut \u{1F600}\n",
            String(repeating: "long line ", count: 500),
        ])
    func verifies(_ text: String) throws {
        let signed = try signer().sign(letter(text), from: "mail.example.com", at: Self.now)
        #expect(try verify(signed.bytes) == "2 of 2")
    }

    @Test(
        "a message whose files come in pieces of their own verifies as a whole",
        .enabled(if: python != nil, noVerifier))
    func enclosures() throws {
        var letter = Letter(
            from: try Mailbox("news@example.com"), to: try Mailbox("a@example.org"), subject: "s",
            date: Self.now, messageID: "x@example.com", text: Array("hello".utf8), html: nil)
        letter.enclosures = try Enclosures(
            [
                Enclosure(
                    .attachment, fileName: "a.bin", mediaType: "application/octet-stream",
                    bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
            ], id: "abc")
        let message = try letter.serialize()
        try #require(message.pieces.count > 2)
        let signed = try signer().sign(message, from: "example.com", at: Self.now)
        #expect(signed.count == signed.bytes.count)
        #expect(try verify(signed.bytes) == "2 of 2")
    }

    @Test(
        "a byte of the body changed, a header changed, added or taken away: nothing verifies",
        .enabled(if: python != nil, noVerifier),
        arguments: [
            ("hello", "hallo"), ("Subject: Ein", "Subject: Kein"),
            ("List-Unsubscribe-Post:", "X-Gone:"), ("/u/abc", "/u/abd"),
            ("MIME-Version:", "From: evil@example.net\r\nMIME-Version:"),
            ("MIME-Version:", "Reply-To: evil@example.net\r\nMIME-Version:"),
            ("MIME-Version:", "Subject: more\r\nMIME-Version:"),
            ("MIME-Version:", "Feedback-ID: 1:2:3:4\r\nMIME-Version:"),
        ])
    func tampered(_ old: String, _ new: String) throws {
        let signed = try signer().sign(letter("hello"), from: "example.com", at: Self.now)
        let text = String(decoding: signed.bytes, as: UTF8.self)
        try #require(text.contains(old))
        #expect(try verify(Array(text.replacing(old, with: new).utf8)) == "0 of 2")
    }

    @Test("mail from a domain without a key goes as it is")
    func foreign() throws {
        let message = try letter("hello")
        let signer = try signer()
        for domain in ["example.org", "com", "badexample.com"] {
            #expect(try signer.sign(message, from: domain, at: Self.now) == message)
        }
        #expect(try signer.sign(message, from: "EXAMPLE.com", at: Self.now) != message)
    }
}
