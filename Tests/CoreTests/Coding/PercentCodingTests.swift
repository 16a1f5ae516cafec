import Core
import Testing

@Suite struct PercentCodingTests {
    @Test("what is encoded decodes to itself", arguments: ["", "a-b_c.~9", "a b/ü?&=%+", "\0\r\n"])
    func roundTrip(text: String) {
        let encoded = PercentCoding.encoded(text)
        #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(PercentCoding.decoded(encoded) == text)
    }

    @Test(
        "broken escapes and octets that are not UTF-8 are nothing",
        arguments: ["%", "%4", "%g1", "%FF"])
    func broken(text: String) {
        #expect(PercentCoding.decoded(text) == nil)
    }

    @Test("a plus stands for itself in a path")
    func plus() {
        #expect(PercentCoding.decoded("a+b%2Fc") == "a+b/c")
    }
}
