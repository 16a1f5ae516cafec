/// Seals the rows of a ledger that must show when it was changed afterwards, and stands for the
/// addresses in it, with the keys of a ring.
///
/// Holds keyed contexts, so it is not Sendable: one owner at a time. 0.4 µs a code.
package final class LedgerSeal {
    /// Never change these: every row ever written depends on them.
    private static let rowLabel = Array("maild ledger".utf8) + [0, 1]
    private static let addressLabel = Array("maild address".utf8) + [0, 1]
    private static let proofLabel = Array("maild proof".utf8) + [0, 1]

    /// The number of the key that seals new rows.
    package let signing: UInt8
    /// The numbers of all keys that verify, oldest first.
    package let keys: [UInt8]
    private var codes: [UInt8: HMAC] = [:]

    package init(_ ring: KeyRing) throws(SealError) {
        signing = ring.signing.number
        keys = ring.keys.map(\.number)
        for key in ring.keys { codes[key.number] = try HMAC(key: key.secret) }
    }

    /// The 32-byte code of a row under a key; nil when the ring does not have it.
    package func code(ofRow bytes: [UInt8], key: UInt8) throws(SealError) -> [UInt8]? {
        try codes[key]?.code(Self.rowLabel + bytes)
    }

    /// Sixteen bytes that stand for an address: without the key nobody can tell which, nor try.
    /// Nil when the ring does not have the key.
    package func standIn(forAddress address: String, key: UInt8) throws(SealError) -> [UInt8]? {
        guard let hmac = codes[key] else { return nil }
        return Array(try hmac.code(Self.addressLabel + Array(address.lowercased().utf8)).prefix(16))
    }

    /// What stands for an address by each key of the ring, the newest first: by one of these it is
    /// found again, whichever key was in use when it was written.
    package func standIns(forAddress address: String) throws(SealError) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for key in [signing] + keys.reversed().filter({ $0 != signing }) {
            if let code = try standIn(forAddress: address, key: key) { found.append(code) }
        }
        return found
    }

    /// A proof, by the newest key, that we gave out `bytes`: the key's number and 16 bytes in
    /// hexadecimal. For what a page gives out and takes back.
    package func proof(of bytes: [UInt8]) throws(SealError) -> String {
        try proof(of: bytes, key: signing) ?? ""
    }

    /// Whether `text` is the proof of `bytes` by any key of the ring. Takes the same time wherever
    /// they differ.
    package func isProof(_ text: some StringProtocol, of bytes: [UInt8]) throws(SealError) -> Bool {
        guard text.utf8.count == 34, let key = UInt8(text.prefix(2), radix: 16),
            let genuine = try proof(of: bytes, key: key)
        else { return false }
        return KeyedCode.areEqual(String(text), genuine)
    }

    private func proof(of bytes: [UInt8], key: UInt8) throws(SealError) -> String? {
        guard let code = try codes[key]?.code(Self.proofLabel + bytes) else { return nil }
        return ([key] + code.prefix(16)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined()
    }
}
