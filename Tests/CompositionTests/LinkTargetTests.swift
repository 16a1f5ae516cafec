import Testing

@testable import Composition

@Suite struct LinkTargetTests {
    @Test("every octet stands for itself or is percent-encoded, alone and among others")
    func encoded() {
        let escaped = Set(Array("\"<>\\^`{|}".utf8))
        for byte in UInt8.min...UInt8.max {
            let isPlain = (0x21..<0x7F).contains(byte) && !escaped.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            let expected =
                isPlain
                ? String(Character(UnicodeScalar(byte)))
                : "%" + String(repeating: "0", count: 2 - digits.count) + digits
            #expect(LinkTarget.encoded([byte]) == expected)
            let among = Array("https://a.example/".utf8) + [byte] + Array("x".utf8)
            #expect(LinkTarget.encoded(among[8...]) == "a.example/\(expected)x")
        }
        #expect(LinkTarget.encoded([]) == "")
    }
}
