import Core
import Message
import Testing

@testable import Bench

@Suite struct ArrivedMailTests {
    private func arrived(text: String = "Hello", html: String) throws -> ArrivedMail {
        var letter = try Letter(
            from: Mailbox("Northbound <news@a.example>"), to: Mailbox("anna@b.example"),
            subject: "Hi", date: Instant(milliseconds: 0), messageID: "x@a.example",
            text: Array(text.utf8), html: Array(html.utf8))
        letter.unsubscribe = ["https://a.example/u/x"]
        letter.oneClick = true
        letter.feedbackID = FeedbackID(
            campaign: "autumn", group: "news", kind: "marketing", sender: "northbound")
        return ArrivedMail(try letter.serialize().bytes)
    }

    @Test("both parts are read back as they were written")
    func parts() throws {
        let html = "<p>Jürgen &amp; Łukasz = " + String(repeating: "long ", count: 60) + "</p>"
        let mail = try arrived(text: "Zoë\n.\nFrom here", html: html)
        #expect(mail.html.dropLast(2) == html)
        #expect(mail.text.dropLast(2) == "Zoë\r\n.\r\nFrom here")
        #expect(mail.defects.isEmpty)
    }

    @Test("the headers tell the mailing and where one click unsubscribes")
    func headers() throws {
        let mail = try arrived(html: "<p>x</p>")
        #expect(mail.mailing == "autumn")
        #expect(mail.oneClick == "https://a.example/u/x")
    }

    @Test("a link is found by the words it shows")
    func links() throws {
        let mail = try arrived(
            html: """
                <a style="x" href="https://a.example/c/1?a=1&amp;b=2"> <b>Board</b> the train </a>
                <a name="no">Nothing</a><a href="https://a.example/u/2">unsubscribe</a>
                """)
        #expect(mail.link(showing: "Board the train") == "https://a.example/c/1?a=1&b=2")
        #expect(mail.links.map(\.words) == ["Board the train", "unsubscribe"])
        #expect(mail.link(showing: "Take the pass") == nil)
    }

    @Test("images are listed")
    func images() throws {
        let mail = try arrived(html: #"<p>x</p><img alt="" src="https://a.example/o/t.gif">"#)
        #expect(mail.images == ["https://a.example/o/t.gif"])
    }

    @Test(
        "what the wire forbids is seen",
        arguments: [
            ("a\r\nb\r\n", []), ("a\nb\r\n", [ArrivedMail.Defect.bareLineEnd]),
            ("a\rb", [.bareLineEnd]), ("a\u{0}", [.nul]), ("é", [.eightBit]),
            (String(repeating: "x", count: 999), [.longLine]),
            (String(repeating: "x", count: 998), []),
        ])
    func defects(text: String, expected: [ArrivedMail.Defect]) {
        #expect(ArrivedMail(Array(text.utf8)).defects == expected)
    }

    @Test(
        "broken mail is read as far as it goes",
        arguments: [
            "", "\r\n", ":", "Content-Type: multipart/alternative; boundary=\"x", " folded\r\n",
            "Content-Type: multipart/alternative; boundary=\"x\"\r\n\r\n--x\r\n<a href=\"",
        ])
    func broken(text: String) {
        let mail = ArrivedMail(Array(text.utf8))
        #expect(mail.links.isEmpty)
        #expect(mail.images.isEmpty)
    }
}
