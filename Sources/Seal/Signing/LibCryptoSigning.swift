/// The functions of OpenSSL 3 that sign, found like those of `LibCrypto`.
///
/// Signatures from `openssl/evp.h`, `openssl/pem.h`, `openssl/bio.h` and `openssl/err.h`.
struct LibCryptoSigning: Sendable {
    typealias Handle = UnsafeMutableRawPointer

    let newBuffer: @convention(c) (UnsafeRawPointer, Int32) -> Handle?
    let freeBuffer: @convention(c) (Handle?) -> Int32
    let readPrivateKey: @convention(c) (Handle, Handle?, Handle?, UnsafePointer<CChar>?) -> Handle?
    let freeKey: @convention(c) (Handle?) -> Void
    let kind: @convention(c) (Handle) -> Int32
    let bits: @convention(c) (Handle) -> Int32
    let newContext: @convention(c) () -> Handle?
    let freeContext: @convention(c) (Handle?) -> Void
    let sha256: @convention(c) () -> Handle?
    let startSigning: @convention(c) (Handle, Handle?, Handle?, Handle?, Handle) -> Int32
    let sign:
        @convention(c) (
            Handle, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>,
            UnsafePointer<UInt8>, Int
        ) -> Int32
    let startDigest: @convention(c) (Handle, Handle?, Handle?) -> Int32
    let updateDigest: @convention(c) (Handle, UnsafeRawPointer, Int) -> Int32
    let finishDigest:
        @convention(c) (Handle, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt32>?)
            -> Int32
    let forgetErrors: @convention(c) () -> Void

    /// Loaded once for the life of the process.
    static let shared = Result { () throws(SealError) in try LibCryptoSigning() }

    private init() throws(SealError) {
        let library = try SharedLibrary.libcrypto()
        newBuffer = try library.symbol("BIO_new_mem_buf", type(of: newBuffer))
        freeBuffer = try library.symbol("BIO_free", type(of: freeBuffer))
        readPrivateKey = try library.symbol("PEM_read_bio_PrivateKey", type(of: readPrivateKey))
        freeKey = try library.symbol("EVP_PKEY_free", type(of: freeKey))
        kind = try library.symbol("EVP_PKEY_get_base_id", type(of: kind))
        bits = try library.symbol("EVP_PKEY_get_bits", type(of: bits))
        newContext = try library.symbol("EVP_MD_CTX_new", type(of: newContext))
        freeContext = try library.symbol("EVP_MD_CTX_free", type(of: freeContext))
        sha256 = try library.symbol("EVP_sha256", type(of: sha256))
        startSigning = try library.symbol("EVP_DigestSignInit", type(of: startSigning))
        sign = try library.symbol("EVP_DigestSign", type(of: sign))
        startDigest = try library.symbol("EVP_DigestInit_ex", type(of: startDigest))
        updateDigest = try library.symbol("EVP_DigestUpdate", type(of: updateDigest))
        finishDigest = try library.symbol("EVP_DigestFinal_ex", type(of: finishDigest))
        forgetErrors = try library.symbol("ERR_clear_error", type(of: forgetErrors))
    }
}
