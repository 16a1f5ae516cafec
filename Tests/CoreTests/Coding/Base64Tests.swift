import Core
import Testing

@Suite struct Base64Tests {
    @Test(
        "The vectors of RFC 4648 §10, both ways",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, encoded: String) {
        #expect(Base64.encoded(Array(plain.utf8)) == Array(encoded.utf8))
        #expect(Base64.decoded(Array(encoded.utf8)) == Array(plain.utf8))
    }

    @Test("Every octet comes back, from lines too")
    func octets() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
        #expect(Base64.decoded(Base64.encoded(bytes)) == bytes)
        let safe = Base64.encoded(bytes, .urlSafe)
        #expect(!safe.contains(UInt8(ascii: "/")) && !safe.contains(UInt8(ascii: "+")))
        #expect(Base64.decoded(safe, .urlSafe) == bytes)
        var lines: [UInt8] = []
        Base64.appendLines(bytes, to: &lines)
        let read = lines.split(separator: 0x0A).map { $0.filter { $0 != 0x0D } }
        #expect(read.allSatisfy { $0.count <= 76 })
        #expect(Base64.decoded(Array(read.joined())) == bytes)
    }

    @Test(
        "What is not whole is nothing",
        arguments: ["Zg", "Zg=", "Z", "Zh==", "Zm9=", "Zm 9", "Zg==Zg==", "====", "Zm9-"])
    func broken(text: String) {
        #expect(Base64.decoded(Array(text.utf8)) == nil)
    }

    @Test("In a URL the padding may be missing", arguments: [("Zg", "f"), ("-_8", "\u{FB}\u{FF}")])
    func unpadded(text: String, plain: String) {
        let octets = plain.unicodeScalars.map { UInt8($0.value) }
        #expect(Base64.decoded(Array(text.utf8), .urlSafe) == octets)
        #expect(Base64.decoded(Array("Z".utf8), .urlSafe) == nil)
    }
}
