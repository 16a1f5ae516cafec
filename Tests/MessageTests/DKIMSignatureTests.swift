import Core
import Testing

@testable import Message

@Suite struct DKIMSignatureTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(
        "the relaxed body has single blanks, no blanks at line ends, no empty lines at the end",
        arguments: [
            (" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n"),
            ("", ""), ("\r\n", ""), ("\r\n\r\n", ""), (" \t\r\n", ""),
            ("a\r\n\r\n \r\nb\r\n", "a\r\n\r\n\r\nb\r\n"), ("a\tb\r\n", "a b\r\n"),
            ("a   \r\n", "a\r\n"),
        ])
    func body(_ given: String, _ wanted: String) {
        let bytes = Array(given.utf8)
        // However it is cut: between CR and LF, in a run of blanks, anywhere.
        for cut in 0...bytes.count {
            var body = RelaxedBody()
            body.append(bytes[..<cut])
            var got = body.bytes
            body.append(bytes[cut...])
            got += body.bytes
            #expect(text(got) == wanted)
        }
    }

    @Test(
        "a relaxed field is unfolded, with its name in lower case",
        arguments: [
            ("A: X", "a:X"), ("B : Y\t\r\n\tZ  ", "b:Y Z"), ("Subject:\r\n a  b", "subject:a b"),
            ("X:", "x:"), ("X:a:b : c", "x:a:b : c"),
        ])
    func field(_ given: String, _ wanted: String) {
        #expect(text(HeaderFields.relaxed(Array(given.utf8)[...])) == wanted)
    }

    @Test("fields are found with their folds; without an empty line there are none")
    func fields() throws {
        let found = try #require(HeaderFields(Array("A: b\r\nC: d\r\n e\r\n\r\nbody\r\n".utf8)))
        #expect(found.fields.map(\.name) == ["a", "c"])
        #expect(found.fields.map { text(Array($0.bytes)) } == ["A: b", "C: d\r\n e"])
        #expect(found.end == 18)
        #expect(HeaderFields(Array("A: b\r\n".utf8)) == nil)
        #expect(HeaderFields(Array("no field\r\n\r\n".utf8)) == nil)
    }

    @Test("every field of note is signed once more often than it occurs, the lower one first")
    func overSigned() throws {
        let message = try WireMessage(
            scanning: Array("From: a@b.example\r\nTo: x\r\nTo: y\r\nX-Other: z\r\n\r\nhi\r\n".utf8))
        let signature = try #require(
            DKIMSignature(
                of: message,
                by: .init(domain: "b.example", selector: "s1", algorithm: .ed25519),
                bodyHash: [1, 2, 3], at: Instant(milliseconds: 5000)))
        let lines = text(signature.input).split(separator: "\r\n").map(String.init)
        #expect(lines.prefix(3) == ["from:a@b.example", "to:y", "to:x"])
        #expect(lines.count == 4)
        let field = try #require(lines.last)
        #expect(
            field.hasPrefix(
                "dkim-signature:v=1; a=ed25519-sha256; c=relaxed/relaxed; d=b.example; s=s1; t=5; "
            ))
        #expect(field.hasSuffix("bh=AQID; b="))
        let names = field.split(separator: "h=")[1].prefix { $0 != ";" }
            .replacing(" ", with: "").split(separator: ":")
        #expect(names.prefix(5) == ["From", "From", "To", "To", "To"])
        #expect(names.contains("List-Unsubscribe") && names.contains("List-Unsubscribe-Post"))

        let signed = try signature.sign(message, with: Array(repeating: 7, count: 256))
        #expect(
            text(signed.bytes).hasSuffix(
                "\r\nFrom: a@b.example\r\nTo: x\r\nTo: y\r\nX-Other: z\r\n\r\nhi\r\n"))
        #expect(signed.count == signed.bytes.count)
        #expect(text(signed.bytes).split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
    }
}
