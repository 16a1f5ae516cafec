import Core
import Testing

@testable import Message

@Suite struct HeaderWriterTests {
    private func text(_ value: String) throws -> String {
        var writer = HeaderWriter(capacity: 100)
        try writer.text("Subject", value)
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }

    private func mailbox(_ name: String?, _ address: String = "anna@example.org") throws -> String {
        var writer = HeaderWriter(capacity: 100)
        try writer.mailboxes("To", [Mailbox(name: name, address: EmailAddress(address))])
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }

    @Test(
        "short texts",
        arguments: [
            ("Autumn offers", "Subject: Autumn offers\r\n"),
            ("  trimmed \t", "Subject: trimmed\r\n"),
            ("a\tb", "Subject: a b\r\n"),
            ("Ein schöner Tag", "Subject: =?UTF-8?Q?Ein_sch=C3=B6ner_Tag?=\r\n"),
            ("Привет", "Subject: =?UTF-8?B?0J/RgNC40LLQtdGC?=\r\n"),
            ("=?UTF-8?Q?x?=", "Subject: =?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=\r\n"),
        ])
    func shortTexts(value: String, expected: String) throws {
        #expect(try text(value) == expected)
    }

    @Test(
        "a control character is refused",
        arguments: [
            "a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\0b", "\u{7F}", "a\u{85}b", "\u{2028}",
            "\u{80}", "\u{9F}", "\u{2029}é",
            "\n.\r\n", "\u{1B}[2J", "trailing\n",
        ])
    func controls(value: String) {
        #expect(throws: MessageFault.control(header: "Subject")) { try text("é" + value + "é") }
        #expect(throws: MessageFault.control(header: "Subject")) { try text(value) }
        #expect(throws: MessageFault.control(header: "To")) { try mailbox(value) }
    }

    @Test("a value over the limit is refused")
    func tooLong() {
        let long = String(repeating: "é", count: HeaderWriter.valueLimit / 2 + 1)
        #expect(throws: MessageFault.tooLong(header: "Subject")) { try text(long) }
    }

    @Test(
        "any length folds at 78 columns, keeps words at 75, and reads back",
        arguments: [
            "word ", "ä", "wort für ", "\u{1F600}", "longwordwithoutblank", "e\u{301}x", "日本語",
        ])
    func folding(piece: String) throws {
        for count in [1, 2, 5, 9, 17, 40, 100] {
            let value = String(repeating: piece, count: count)
            let header = try text(value)
            let lines = MIMEReader.lines(Array(header.utf8))
            #expect(lines.allSatisfy { $0.count <= 78 })
            #expect(lines.allSatisfy { !$0.allSatisfy { $0 == 0x20 } })
            for line in lines {
                for word in line.split(separator: 0x20) where word.starts(with: "=?".utf8) {
                    #expect(word.count <= 75)
                    let single = MIMEReader.decodeWords(String(decoding: word, as: UTF8.self))
                    #expect(!single.contains("\u{FFFD}"), "split inside a scalar")
                }
            }
            let reader = MIMEReader(Array(header.utf8))
            #expect(reader.decoded("Subject") == value.trimmed)
        }
    }

    @Test(
        "display names are atoms, quoted or encoded",
        arguments: [
            (nil, "To: anna@example.org\r\n"),
            ("", "To: anna@example.org\r\n"),
            ("Anna", "To: Anna <anna@example.org>\r\n"),
            ("Dr. Anna, \"x\"", "To: \"Dr. Anna, \\\"x\\\"\" <anna@example.org>\r\n"),
            ("a@b <c>", "To: \"a@b <c>\" <anna@example.org>\r\n"),
            ("\\", "To: \"\\\\\" <anna@example.org>\r\n"),
            ("Zoë", "To: =?UTF-8?Q?Zo=C3=AB?= <anna@example.org>\r\n"),
        ] as [(String?, String)])
    func names(name: String?, expected: String) throws {
        #expect(try mailbox(name) == expected)
    }

    @Test("a long name and address fold apart and read back")
    func longName() throws {
        let name = String(repeating: "Köln ", count: 30)
        let header = try mailbox(name, String(repeating: "a", count: 64) + "@example.org")
        #expect(MIMEReader.lines(Array(header.utf8)).allSatisfy { $0.count <= 79 })
        let reader = MIMEReader(Array(header.utf8))
        #expect(reader.decoded("To")?.hasPrefix(name.trimmed + " <aaaa") == true)
    }

    @Test("an international address is refused")
    func international() {
        #expect(throws: MessageFault.international(header: "To")) {
            try mailbox("x", "jürgen@example.org")
        }
        #expect(throws: MessageFault.international(header: "To")) {
            try mailbox(nil, "a@exämple.org")
        }
    }

    @Test(
        "identifiers and URLs that are none are refused",
        arguments: ["", "a b@c", "a@b@c", "@b", "a@", "a\r\nb@c", "a..b@c", "<a@b>", "é@b"])
    func malformed(value: String) {
        var writer = HeaderWriter(capacity: 10)
        #expect(throws: MessageFault.malformed(header: "Message-ID")) {
            try writer.messageID("Message-ID", value)
        }
        #expect(throws: MessageFault.malformed(header: "List-Id")) {
            try writer.identifier("List-Id", label: nil, value)
        }
        #expect(throws: MessageFault.malformed(header: "List-Unsubscribe")) {
            try writer.urls("List-Unsubscribe", ["https://x.example/\(value)>, <https://e.example"])
        }
    }

    @Test(
        "mailboxes are read as people write them",
        arguments: [
            ("news@shop.example", nil, "news@shop.example"),
            ("Shop <news@Shop.example>", "Shop", "news@shop.example"),
            ("\"The \\\"Shop\\\"\" <n@s.example>", "The \"Shop\"", "n@s.example"),
            ("<n@s.example>", nil, "n@s.example"),
        ] as [(String, String?, String)])
    func reading(text: String, name: String?, address: String) throws {
        let mailbox = try Mailbox(text)
        #expect(mailbox.name == name)
        #expect(mailbox.address.text == address)
    }

    @Test("a mailbox without an address is refused")
    func unreadable() {
        #expect(throws: EmailAddress.Invalid.self) { try Mailbox("Shop <>") }
        #expect(throws: EmailAddress.Invalid.self) { try Mailbox("a <b@c> d <e>") }
    }
}
