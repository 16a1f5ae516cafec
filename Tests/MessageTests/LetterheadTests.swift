import Core
import Testing

@testable import Message

@Suite struct LetterheadTests {
    private static let sender = "Ünal's Shop <news@shop.example>"
    private static let feedback = FeedbackID(
        campaign: "autumn 26", group: "news", kind: "marketing", sender: "")

    private func head(
        list: Letterhead.List? = .init(label: "Herbst, jede Woche", name: "autumn")
    ) throws -> Letterhead {
        try Letterhead(
            from: Mailbox(Self.sender), replyTo: Mailbox("help@shop.example"), list: list,
            oneClick: true, feedbackID: Self.feedback, language: "de")
    }

    private func letter(_ number: Int) throws -> PersonalLetter {
        var letter = PersonalLetter(
            to: Mailbox(address: try EmailAddress("p\(number)@example.org")),
            subject: number.isMultiple(of: 2) ? "Hello \(number)" : "Grüße \(number)",
            date: Instant(milliseconds: 1_796_115_600_000 + Int64(number) * 1000),
            messageID: "d\(number)@mail.shop.example", text: Array("Hi \(number)\n".utf8),
            html: Array("<p>Hi \(number)</p>\n".utf8))
        letter.listDomain = "shop.example"
        letter.unsubscribe = ["https://m.shop.example/u/\(number)"]
        letter.feedbackSender = "shop example"
        return letter
    }

    /// The same letter with its head written for it alone.
    private func alone(_ letter: PersonalLetter) throws -> WireMessage {
        var single = Letter(
            from: try Mailbox(Self.sender), to: letter.to, subject: letter.subject,
            date: letter.date, messageID: letter.messageID, text: letter.text as? [UInt8],
            html: letter.html as? [UInt8])
        single.replyTo = try Mailbox("help@shop.example")
        single.listID = ("Herbst, jede Woche", "autumn.shop.example")
        single.unsubscribe = letter.unsubscribe
        single.oneClick = true
        single.feedbackID = Self.feedback
        single.feedbackID?.sender = letter.feedbackSender
        single.language = "de"
        return try single.serialize()
    }

    @Test("letters under one head are the same octets as letters by themselves")
    func shared() throws {
        let head = try head()
        for number in 1...4 {
            let letter = try letter(number)
            #expect(try head.message(letter) == alone(letter))
        }
    }

    @Test("a list's identifier is its name and the letter's domain")
    func list() throws {
        let reader = MIMEReader(try head().message(letter(2)).bytes)
        #expect(reader["List-Id"] == "\"Herbst, jede Woche\" <autumn.shop.example>")
        #expect(reader["Feedback-ID"] == "autumn-26:news:marketing:shop-example")
    }

    @Test(
        "what is no identifier of a list is refused",
        arguments: [("a b", "shop.example"), ("a", "shop example"), ("a", ""), ("a", ".example")])
    func malformed(_ name: String, _ domain: String) throws {
        #expect(throws: MessageFault.malformed(header: "List-Id")) {
            var letter = try letter(1)
            letter.listDomain = domain
            _ = try head(list: .init(label: nil, name: name)).message(letter)
        }
    }

    @Test("a sender with a line break in its name gets no head")
    func hostile() throws {
        let address = try EmailAddress("news@shop.example")
        #expect(throws: MessageFault.control(header: "From")) {
            try Letterhead(from: Mailbox(name: "Shop\r\nBcc: x@y.example", address: address))
        }
    }
}
