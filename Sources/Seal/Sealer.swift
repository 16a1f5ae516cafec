/// Makes and verifies tokens and codes with the keys of a ring.
///
/// Holds keyed contexts, so it is not Sendable: each thread makes its own, or a lock guards one
/// (0.2 µs a token).
package final class Sealer {
    /// Never change these: every token ever mailed depends on them.
    private static let tokenLabel = Array("maild token".utf8) + [0, 1]
    private static let codeLabel = Array("maild code".utf8) + [0, 1]

    private let signing: UInt8
    private let newest: HMAC
    private var codes: [UInt8: HMAC] = [:]
    /// What a token's code is of, kept for the next one.
    private var message = tokenLabel + [UInt8](repeating: 0, count: 7)

    package init(_ ring: KeyRing) throws(SealError) {
        signing = ring.signing.number
        newest = try HMAC(key: ring.signing.secret)
        for key in ring.keys { codes[key.number] = try HMAC(key: key.secret) }
    }

    /// The token of a delivery for one purpose, by the newest key.
    package func token(_ purpose: Purpose, delivery: Int64) throws(SealError) -> Token {
        guard (0...Token.maximumDelivery).contains(delivery) else {
            throw .deliveryOutOfRange(delivery)
        }
        return try token(purpose, delivery: delivery, key: signing)
    }

    /// The delivery a token stands for, or nil when it was not made here for this purpose.
    ///
    /// Takes the same time wherever the codes differ.
    package func delivery(of token: Token, for purpose: Purpose) throws(SealError) -> Int64? {
        guard codes[token.key] != nil else { return nil }
        let claimed = token.claimedDelivery
        let genuine = try self.token(purpose, delivery: claimed, key: token.key)
        return genuine.bits ^ token.bits == 0 ? claimed : nil
    }

    private func token(
        _ purpose: Purpose, delivery: Int64, key: UInt8
    ) throws(SealError) -> Token {
        guard let hmac = key == signing ? newest : codes[key] else {
            throw .call("an unknown key")
        }
        var place = Self.tokenLabel.count
        message[place] = purpose.rawValue
        message[place + 1] = key
        for shift in stride(from: 32, through: 0, by: -8) {
            message[place + 2] = UInt8(truncatingIfNeeded: delivery >> shift)
            place += 1
        }
        var token = Token(bits: 0)
        try hmac.withCode(of: message) {
            token = Token(key: key, delivery: delivery, code: $0[..<Token.codeSize])
        }
        return token
    }

    /// Eight letters that stand for `bytes` and cannot be guessed without the key (40 bits): the
    /// code a marketer copies from a preview to approve a mailing.
    package func code(for bytes: [UInt8]) throws(SealError) -> String {
        guard let hmac = codes[signing] else { throw .call("an unknown key") }
        let word = try hmac.code(Self.codeLabel + bytes).prefix(8)
            .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return String(decoding: Base32.letters(word, bits: 40), as: UTF8.self)
    }
}
