import Core
import Testing

@testable import Seal

@Suite struct TokenTests {
    static let zero = String(repeating: "a", count: 26)

    @Test("is 26 letters whose layout is key, delivery, code")
    func layout() throws {
        let token = Token(key: 7, delivery: 0x01_0203_0405, code: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        #expect(token.bits == 0x07_0102030405_0102030405060708090A)
        // RFC 4648 base 32 of those 16 bytes, in lower case without padding.
        #expect(token.text == "a4aqeayeauaqeayeaudaocajbi")
        #expect(Token(token.text) == token)
    }

    @Test(
        "every spelling but one is unknown",
        arguments: [
            "", "a", String(repeating: "a", count: 25), String(repeating: "a", count: 27),
            String(repeating: "a", count: 25) + "b", String(repeating: "a", count: 25) + "c",
            String(repeating: "a", count: 25) + "d", "A" + String(repeating: "a", count: 25),
            "0" + String(repeating: "a", count: 25), "1" + String(repeating: "a", count: 25),
            "8" + String(repeating: "a", count: 25), "=" + String(repeating: "a", count: 25),
            String(repeating: "a", count: 26) + "=", " " + String(repeating: "a", count: 26),
            String(repeating: "a", count: 25) + "ä",
        ])
    func spelling(_ text: String) {
        #expect(Token(text) == nil)
    }

    @Test("the last letter has two spare bits, which are zero")
    func spareBits() {
        #expect(Token(String(repeating: "a", count: 25) + "e")?.bits == 1)
        #expect(Token(String(repeating: "7", count: 25) + "4")?.bits == .max)
        #expect(Token(String(repeating: "7", count: 26)) == nil)
    }

    @Test("spelling and reading agree on random bits")
    func roundTrip() {
        var generator = SplitMix64(seed: 32)
        for _ in 0..<2_000 {
            let bits = UInt128(generator.next()) << 64 | UInt128(generator.next())
            let token = Token(bits: bits)
            #expect(token.text.utf8.count == Token.length)
            #expect(Token(token.text)?.bits == bits)
            #expect(Token(letters: token.text.uppercased().utf8, anyCase: true)?.bits == bits)
        }
    }
}
