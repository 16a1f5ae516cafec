import Core
import Glibc
import Testing

@testable import Seal

@Suite struct SealerTests {
    let ring = KeyRing(keys: [.init(number: 1, secret: [UInt8](repeating: 42, count: 32))])

    @Test(
        "a token stands for its delivery and purpose and for no other purpose",
        arguments: [
            0, 1, 4_711, 1 << 32, Token.maximumDelivery,
        ])
    func purposes(_ delivery: Int64) throws {
        let sealer = try Sealer(ring)
        for purpose in Purpose.allCases {
            let token = try #require(Token(sealer.token(purpose, delivery: delivery).text))
            for asked in Purpose.allCases {
                #expect(
                    try sealer.delivery(of: token, for: asked)
                        == (asked == purpose ? delivery : nil))
            }
        }
    }

    /// A changed value here would make every link mailed so far unknown.
    @Test("the token of a key, purpose and delivery is the same for ever")
    func stable() throws {
        let sealer = try Sealer(ring)
        #expect(try sealer.token(.click, delivery: 4_711).text == Self.pinned)
    }
    static let pinned = "aeaaaaasm7sepe5gfx6xg5unlm"

    @Test("a number that does not fit is refused", arguments: [-1, Token.maximumDelivery + 1])
    func outOfRange(_ delivery: Int64) throws {
        let sealer = try Sealer(ring)
        #expect(throws: SealError.deliveryOutOfRange(delivery)) {
            try sealer.token(.click, delivery: delivery)
        }
    }

    /// `make torture` asks for a million.
    static let forgeries = getenv("MAILD_FORGERIES")
        .flatMap { Int(String(cString: $0)) }

    @Test("none of 100,000 forged tokens verifies")
    func forged() throws {
        let sealer = try Sealer(ring)
        var generator = SplitMix64(seed: 20_261_121)
        var accepted = 0
        for _ in 0..<(Self.forgeries ?? 100_000) {
            // The key number and a likely delivery are right; only the code is guessed.
            let code = UInt128(generator.next()) << 16 | UInt128(generator.next() & 0xFFFF)
            let token = Token(
                bits: 1 << 120 | UInt128(generator.next() % 10_000) << 80 | code & (1 << 80 - 1))
            accepted += try sealer.delivery(of: token, for: .click) == nil ? 0 : 1
        }
        #expect(accepted == 0)
    }

    @Test("a token with any one bit changed is unknown")
    func flipped() throws {
        let sealer = try Sealer(ring)
        let token = try sealer.token(.unsubscribe, delivery: 99)
        for bit in 0..<128 {
            let changed = Token(bits: token.bits ^ 1 << UInt128(bit))
            #expect(try sealer.delivery(of: changed, for: .unsubscribe) == nil, "bit \(bit)")
        }
    }

    @Test(
        "after a rotation old tokens verify, new ones are by the new key, and a dropped key's die")
    func rotation() throws {
        let old = try Sealer(ring).token(.click, delivery: 5)
        let rotated = try ring.rotated()
        let sealer = try Sealer(rotated)
        let new = try sealer.token(.click, delivery: 5)
        #expect(new != old)
        #expect(new.key == 2)
        #expect(try sealer.delivery(of: old, for: .click) == 5)
        #expect(try sealer.delivery(of: new, for: .click) == 5)
        #expect(try Sealer(ring).delivery(of: new, for: .click) == nil)
        let without = try Sealer(KeyRing(keys: [rotated.signing]))
        #expect(try without.delivery(of: old, for: .click) == nil)
    }

    @Test("an approval code is eight letters, bound to its bytes and to the key")
    func codes() throws {
        let sealer = try Sealer(ring)
        let code = try sealer.code(for: Array("autumn/7".utf8))
        #expect(code.utf8.count == 8)
        #expect(try sealer.code(for: Array("autumn/7".utf8)) == code)
        #expect(try sealer.code(for: Array("autumn/8".utf8)) != code)
        #expect(try Sealer(ring.rotated()).code(for: Array("autumn/7".utf8)) != code)
    }
}
