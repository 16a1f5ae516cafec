import Core
import Testing

@testable import Message

@Suite struct EnclosuresTests {
    private let image = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    private let list = Array("%PDF-1.4 prices".utf8)

    private func letter(text: String? = "Hi\n", _ files: [Enclosure]) throws -> Letter {
        var letter = Letter(
            from: try Mailbox("news@shop.example"), to: try Mailbox("anna@example.org"),
            subject: "s", date: Instant(milliseconds: 0), messageID: "d2abc@mail.shop.example",
            text: text.map { Array($0.utf8) }, html: Array("<img src=\"cid:h@shop.example\">".utf8))
        letter.enclosures = try Enclosures(files, id: "0123abcd")
        return letter
    }

    private var inline: Enclosure {
        Enclosure(
            .inline(contentID: "h@shop.example"), fileName: "hero.png", mediaType: "image/png",
            bytes: image)
    }

    private func attachment(_ name: String) -> Enclosure {
        Enclosure(.attachment, fileName: name, mediaType: "application/pdf", bytes: list)
    }

    private func type(_ reader: MIMEReader) -> String? {
        reader["Content-Type"].map { String($0.prefix { $0 != ";" }) }
    }

    @Test("images stand beside the bodies, attachments around both, and all read back")
    func both() throws {
        let message = try letter([inline, attachment("prices.pdf")]).serialize()
        #expect(WireMessage.scan(message.bytes) == nil)
        #expect(message.count == message.bytes.count)
        let mixed = MIMEReader(message.bytes)
        #expect(type(mixed) == "multipart/mixed")
        #expect(mixed.parts.map { type($0) } == ["multipart/related", "application/pdf"])
        let related = mixed.parts[0]
        #expect(related["Content-Type"]?.contains("type=\"multipart/alternative\"") == true)
        #expect(related.parts.map { type($0) } == ["multipart/alternative", "image/png"])
        #expect(related.parts[0].parts.map { type($0) } == ["text/plain", "text/html"])
        let hero = related.parts[1]
        #expect(hero["Content-ID"] == "<h@shop.example>")
        #expect(hero["Content-Disposition"]?.hasPrefix("inline") == true)
        #expect(hero.fileName == "hero.png")
        #expect(hero.file == image)
        let prices = mixed.parts[1]
        #expect(prices["Content-Disposition"]?.hasPrefix("attachment") == true)
        #expect(prices.fileName == "prices.pdf")
        #expect(prices.file == list)
    }

    @Test("only images, or only attachments, need one multipart less")
    func one() throws {
        let images = MIMEReader(try letter([inline]).serialize().bytes)
        #expect(type(images) == "multipart/related")
        #expect(images.parts.map { type($0) } == ["multipart/alternative", "image/png"])
        let files = MIMEReader(try letter(text: nil, [attachment("a.pdf")]).serialize().bytes)
        #expect(files.parts.map { type($0) } == ["text/html", "application/pdf"])
        let bare = MIMEReader(try letter(text: nil, [inline]).serialize().bytes)
        #expect(bare["Content-Type"]?.contains("type=\"text/html\"") == true)
    }

    @Test(
        "any file name reads back and stays out of the grammar",
        arguments: [
            "prices.pdf", "Preisliste Österreich – 2027.pdf", "a\"b\\c;d.pdf", "a\r\nBcc: x.pdf",
            String(repeating: "long name ", count: 19) + ".pdf",
            String(repeating: "ü", count: 90) + ".pdf",
        ])
    func names(_ name: String) throws {
        let message = try letter([attachment(name)]).serialize()
        for line in MIMEReader.lines(message.bytes) { #expect(line.count <= 78) }
        let reader = MIMEReader(message.bytes)
        #expect(reader["Bcc"] == nil)
        let part = reader.parts[1]
        #expect(part.headers.count == 3)
        if !name.contains("\"") { #expect(part.fileName == name) }
    }

    @Test("large files are cut into pieces that all messages of a version share")
    func pieces() throws {
        let large = Enclosure(
            .attachment, fileName: "l.bin", mediaType: "application/octet-stream",
            bytes: [UInt8](repeating: 0x2E, count: 300_000))
        let message = try letter([large]).serialize()
        #expect(message.pieces.count == 8)
        #expect(message.pieces.allSatisfy { $0.bytes.count <= WirePiece.limit })
        for piece in message.pieces {
            #expect(WireMessage.scan(piece.bytes) == nil)
            #expect(piece.bytes.suffix(2) == [0x0D, 0x0A])
        }
        #expect(WireMessage.scan(message.bytes) == nil)
        #expect(MIMEReader(message.bytes).parts[1].file == large.bytes)
    }

    @Test("no boundary is the beginning of another")
    func boundaries() throws {
        let text = String(decoding: try letter([inline]).serialize().bytes, as: UTF8.self)
        var boundaries = text.split(separator: "boundary=\"").dropFirst().map {
            String($0.prefix { $0 != "\"" })
        }
        boundaries.append(try letter([inline]).enclosures!.mixed)
        #expect(boundaries.count == 3)
        for one in boundaries {
            for other in boundaries where other != one { #expect(!other.hasPrefix(one)) }
        }
    }
}
