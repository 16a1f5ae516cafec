/// A private key that signs mail: RSA of at least 2,048 bits (RFC 8301) or Ed25519 (RFC 8463).
///
/// Unchecked: the key is never changed after it was read, and libcrypto lets any number of threads
/// sign with one key at once.
package final class SigningKey: @unchecked Sendable {
    package enum Kind: Hashable, Sendable {
        /// Signs the input, by PKCS #1 v1.5 with SHA-256.
        case rsa
        /// Signs exactly the bytes that it is given.
        case ed25519
    }

    /// `EVP_PKEY_RSA` and `EVP_PKEY_ED25519` of `openssl/evp.h`.
    private static let numbers: [Int32: Kind] = [6: .rsa, 1087: .ed25519]
    static let leastBits = 2048

    package let kind: Kind
    private let library: LibCryptoSigning
    private let key: LibCryptoSigning.Handle

    /// Reads a private key in PEM (PKCS #8 or PKCS #1) that no password protects, and tries it.
    package init(pem: [UInt8]) throws(SealError) {
        let library = try LibCryptoSigning.shared.get()
        guard let buffer = library.newBuffer(pem, Int32(clamping: pem.count)) else {
            throw .call("BIO_new_mem_buf")
        }
        defer { _ = library.freeBuffer(buffer) }
        // The empty password: without it OpenSSL asks for one at the terminal.
        guard let key = library.readPrivateKey(buffer, nil, nil, "") else {
            library.forgetErrors()
            throw .signingKey(reason: "is no private key in PEM, or a password protects it")
        }
        guard let kind = Self.numbers[library.kind(key)] else {
            library.freeKey(key)
            throw .signingKey(reason: "is neither RSA nor Ed25519")
        }
        let bits = library.bits(key)
        guard kind == .ed25519 || bits >= Self.leastBits else {
            library.freeKey(key)
            throw .signingKey(
                reason: "has \(bits) bits; receivers want at least \(Self.leastBits)")
        }
        self.library = library
        self.key = key
        self.kind = kind
        _ = try sign([0])
    }

    deinit { library.freeKey(key) }

    /// The signature of some bytes.
    package func sign(_ bytes: [UInt8]) throws(SealError) -> [UInt8] {
        guard let context = library.newContext() else { throw .call("EVP_MD_CTX_new") }
        defer { library.freeContext(context) }
        let digest = kind == .rsa ? library.sha256() : nil
        guard library.startSigning(context, nil, digest, nil, key) == 1 else {
            library.forgetErrors()
            throw .call("EVP_DigestSignInit")
        }
        // 8,192 bits of RSA at most, which is more than anybody publishes.
        var signature = [UInt8](repeating: 0, count: 1024)
        var length = signature.count
        guard library.sign(context, &signature, &length, bytes, bytes.count) == 1 else {
            library.forgetErrors()
            throw .call("EVP_DigestSign")
        }
        return Array(signature[..<length])
    }
}
