/// The SHA-256 (FIPS 180-4) of bytes that come in pieces. Not Sendable: one owner at a time.
package final class SHA256Digest {
    private let library: LibCryptoSigning
    private let context: LibCryptoSigning.Handle

    package init() throws(SealError) {
        library = try LibCryptoSigning.shared.get()
        guard let context = library.newContext() else { throw .call("EVP_MD_CTX_new") }
        self.context = context
        guard library.startDigest(context, library.sha256(), nil) == 1 else {
            throw .call("EVP_DigestInit_ex")
        }
    }

    deinit { library.freeContext(context) }

    package func update(_ bytes: [UInt8]) throws(SealError) {
        guard library.updateDigest(context, bytes, bytes.count) == 1 else {
            throw .call("EVP_DigestUpdate")
        }
    }

    /// The 32 bytes. To be called once, after everything.
    package func finish() throws(SealError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        guard library.finishDigest(context, &digest, nil) == 1 else {
            throw .call("EVP_DigestFinal_ex")
        }
        return digest
    }
}
