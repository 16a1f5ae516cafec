import Core
import Testing

@testable import Message

@Suite struct LetterTests {
    private func letter(
        subject: String = "Hello", name: String? = "Anna", text: String? = "Hi\n",
        html: String? = "<p>Hi</p>\n"
    ) throws -> Letter {
        var letter = Letter(
            from: try Mailbox("Shop <news@shop.example>"),
            to: Mailbox(name: name, address: try EmailAddress("anna@example.org")),
            subject: subject, date: Instant(milliseconds: 1_796_115_600_000),
            messageID: "d2abc@mail.shop.example", text: text.map { Array($0.utf8) },
            html: html.map { Array($0.utf8) })
        letter.replyTo = try Mailbox("help@shop.example")
        letter.unsubscribe = ["https://m.shop.example/u/tok", "mailto:leave@shop.example"]
        letter.oneClick = true
        letter.listID = ("Autumn", "autumn.shop.example")
        letter.feedbackID = FeedbackID(
            campaign: "autumn", group: "news letter", kind: "marketing", sender: "shop.example")
        letter.language = "de"
        return letter
    }

    @Test("every header is there, once, in one order")
    func headers() throws {
        let reader = MIMEReader(try letter().serialize().bytes)
        #expect(
            reader.headers.map(\.name) == [
                "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Id",
                "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Content-Language",
                "MIME-Version", "Content-Type",
            ])
        #expect(reader["Date"] == "Tue, 01 Dec 2026 09:00:00 +0000")
        #expect(reader["Message-ID"] == "<d2abc@mail.shop.example>")
        #expect(reader["List-Id"] == "Autumn <autumn.shop.example>")
        #expect(
            reader["List-Unsubscribe"]
                == "<https://m.shop.example/u/tok>, <mailto:leave@shop.example>")
        #expect(reader["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
        #expect(reader["Feedback-ID"] == "autumn:news-letter:marketing:shop.example")
    }

    @Test("text comes first, HTML last, both read back")
    func alternatives() throws {
        let html = "<p class=\"x\">Grüße &amp; =_d2abcmailshopexample</p>\n.\n"
        let reader = MIMEReader(try letter(text: "Grüße\n\n.\n", html: html).serialize().bytes)
        let parts = reader.parts
        #expect(
            parts.map { $0["Content-Type"] } == [
                "text/plain; charset=utf-8", "text/html; charset=utf-8",
            ])
        #expect(parts.map(\.content).map(lineFeeds) == ["Grüße\n\n.", html.dropLast().description])
    }

    @Test("a single body needs no multipart")
    func single() throws {
        let reader = MIMEReader(try letter(html: nil).serialize().bytes)
        #expect(reader["Content-Type"] == "text/plain; charset=utf-8")
        #expect(lineFeeds(reader.content) == "Hi")
    }

    @Test("an empty subject is refused")
    func noSubject() throws {
        let letter = try letter(subject: " ")
        #expect(throws: MessageFault.empty(header: "Subject")) { try letter.serialize() }
    }

    @Test("500 hostile values in each place: refused, or one message with no header of theirs")
    func hostile() throws {
        var generator = SplitMix64(seed: 23)
        let pieces = [
            "\r\n", "\n.\r\n", "\r", "\n", "\0", ".", "Bcc: evil@example.org", "<b>", "\"", ">",
            "=?UTF-8?Q?=0D=0ABcc:_x?=", "--=_d2abcmailshopexample--", "ü", " ", "a", "\u{2028}",
            "\r\n\r\nbody", "\u{1F600}", ",", "\\",
        ]
        for _ in 0..<500 {
            let value = (0...Int(generator.next() % 6)).map { _ in
                pieces[Int(generator.next() % UInt64(pieces.count))]
            }.joined()
            for place in 0..<3 {
                let letter = try letter(
                    subject: place == 0 ? value : "s", name: place == 1 ? value : "n",
                    text: place == 2 ? value : "t", html: place == 2 ? value : "h")
                let message: WireMessage
                do throws(MessageFault) {
                    message = try letter.serialize()
                } catch {
                    #expect(place < 2, "a body never refuses: \(value)")
                    continue
                }
                #expect(WireMessage.scan(message.bytes) == nil)
                let reader = MIMEReader(message.bytes)
                #expect(reader.headers.count == 13)
                #expect(reader["Bcc"] == nil)
                #expect(reader.parts.count == 2)
            }
        }
    }

    private func lineFeeds(_ text: String) -> String {
        String(text.unicodeScalars.filter { $0 != "\r" }.map(Character.init)).trimmed
    }
}
