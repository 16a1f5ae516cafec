/// The secret keys behind all tokens: the newest signs, all verify.
package struct KeyRing: Sendable {
    struct Key: Sendable {
        var number: UInt8
        /// 32 bytes.
        var secret: [UInt8]
    }

    static let secretSize = 32

    /// In the order they were made, at least one; the last one signs.
    let keys: [Key]

    var signing: Key { keys[keys.count - 1] }

    init(keys: [Key]) {
        precondition(!keys.isEmpty)
        self.keys = keys
    }

    /// A ring with one fresh key that is kept nowhere: for tests and measurements.
    package static func ephemeral() throws(SealError) -> KeyRing {
        KeyRing(keys: [Key(number: 1, secret: try LibCrypto.shared.get().random(secretSize))])
    }

    /// The same keys and a fresh one, which signs from now on.
    func rotated() throws(SealError) -> KeyRing {
        let used = Set(keys.map(\.number))
        let candidates = (1...256).map { signing.number &+ UInt8(truncatingIfNeeded: $0) }
        guard let number = candidates.first(where: { !used.contains($0) }) else {
            throw .keysExhausted
        }
        let secret = try LibCrypto.shared.get().random(Self.secretSize)
        return KeyRing(keys: keys + [Key(number: number, secret: secret)])
    }
}
