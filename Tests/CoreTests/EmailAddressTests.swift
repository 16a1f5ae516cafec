import Core
import Testing

@Suite struct EmailAddressTests {
    @Test(
        "An address keeps its local part and has its domain in lower case",
        arguments: [
            ("anna@example.org", "anna@example.org"), (" Anna@Example.ORG\t", "Anna@example.org"),
            ("o'neil+tag@mail.example.org", "o'neil+tag@mail.example.org"),
            ("müller@exämple.de", "müller@exämple.de"), ("a@b", "a@b"),
            ("!#$%&'*+-/=?^_`{|}~@x.org", "!#$%&'*+-/=?^_`{|}~@x.org"),
        ])
    func reads(text: String, expected: String) throws {
        #expect(try EmailAddress(text).text == expected)
    }

    @Test(
        "What could break a command, a header or a list is refused with the reason",
        arguments: [
            ("", .empty), ("  ", .empty), ("anna", .noAt), ("a@b@c", .manyAts), ("@b", .local),
            (".a@b", .local), ("a..b@c", .local), ("a.@b", .local), ("a b@c", .local),
            ("a\r\nRCPT TO:<x>@c", .local), ("a\u{0}@c", .local), ("\"a b\"@c", .local),
            ("a<b@c", .local), ("a>@c", .local), ("a,b@c", .local), ("a\u{202E}@c", .local),
            ("a@", .domain), ("a@-b", .domain), ("a@b-", .domain), ("a@b..c", .domain),
            ("a@b c", .domain), ("a@[127.0.0.1]", .domain), ("a@b\r\nX: y", .domain),
            ("a@b_c", .domain), ("a@b>", .domain),
            (String(repeating: "a", count: 65) + "@b", .tooLong),
            ("a@" + String(repeating: "b.", count: 130) + "c", .tooLong),
            ("a@" + String(repeating: "b", count: 64), .domain),
        ] as [(String, EmailAddress.Invalid)])
    func refuses(text: String, reason: EmailAddress.Invalid) {
        #expect(throws: reason) { try EmailAddress(text) }
    }

    @Test("Plain addresses and those that need a closer look are read alike")
    func plainAndOther() throws {
        let pieces = ["a", "B", ".", "-", "_", "@", "Ö", "'", "@x.org", "@a.b"]
        for number in 0..<10_000 {
            let text = [number / 1000, number / 100 % 10, number / 10 % 10, number % 10].map {
                pieces[$0]
            }.joined()
            // Blanks around it are ignored, but make it not plain.
            let plain = try? EmailAddress(text)
            #expect(plain == (try? EmailAddress(" \(text)")), "\(text)")
            if let plain { #expect(plain.text.utf8.count == text.utf8.count) }
        }
    }

    @Test("White space at both ends goes, inside it stays")
    func trims() {
        #expect("\u{A0} a b\r\n".trimmed == "a b")
        #expect(" \t".trimmed == "")
    }
}
