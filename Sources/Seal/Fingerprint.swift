/// The SHA-256 of some content (FIPS 180-4): the same bytes have the same one, and nobody can make
/// others that do.
package enum Fingerprint {
    /// 64 hexadecimal digits in lower case.
    package static func of(_ bytes: [UInt8]) throws(SealError) -> String {
        try octets(of: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The 32 octets themselves.
    package static func octets(of bytes: [UInt8]) throws(SealError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        guard try LibCrypto.shared.get().sha256(bytes, bytes.count, &digest) != nil else {
            throw .call("SHA256")
        }
        return digest
    }
}
