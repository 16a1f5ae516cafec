/// The few functions of OpenSSL 3 that maild calls, found by `dlopen` so that no header and no
/// development package is needed; libcurl has the library loaded already.
///
/// Signatures from `openssl/evp.h`, `openssl/sha.h` and `openssl/rand.h`.
struct LibCrypto: Sendable {
    typealias Handle = UnsafeMutableRawPointer

    let fetch: @convention(c) (Handle?, UnsafePointer<CChar>, UnsafePointer<CChar>?) -> Handle?
    let freeAlgorithm: @convention(c) (Handle?) -> Void
    let newContext: @convention(c) (Handle) -> Handle?
    let copyContext: @convention(c) (Handle) -> Handle?
    let freeContext: @convention(c) (Handle?) -> Void
    let start: @convention(c) (Handle, UnsafePointer<UInt8>?, Int, Handle?) -> Int32
    let update: @convention(c) (Handle, UnsafePointer<UInt8>?, Int) -> Int32
    let finish:
        @convention(c) (Handle, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Int>, Int)
            -> Int32
    let sha256:
        @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>)
            -> UnsafeMutablePointer<UInt8>?
    let randomBytes: @convention(c) (UnsafeMutablePointer<UInt8>, Int32) -> Int32

    /// The library, loaded once for the life of the process.
    static let shared = Result { () throws(SealError) in try LibCrypto() }

    private init() throws(SealError) {
        let library = try SharedLibrary.libcrypto()
        fetch = try library.symbol("EVP_MAC_fetch", type(of: fetch))
        freeAlgorithm = try library.symbol("EVP_MAC_free", type(of: freeAlgorithm))
        newContext = try library.symbol("EVP_MAC_CTX_new", type(of: newContext))
        copyContext = try library.symbol("EVP_MAC_CTX_dup", type(of: copyContext))
        freeContext = try library.symbol("EVP_MAC_CTX_free", type(of: freeContext))
        start = try library.symbol("EVP_MAC_init", type(of: start))
        update = try library.symbol("EVP_MAC_update", type(of: update))
        finish = try library.symbol("EVP_MAC_final", type(of: finish))
        sha256 = try library.symbol("SHA256", type(of: sha256))
        randomBytes = try library.symbol("RAND_bytes", type(of: randomBytes))
    }

    /// Bytes fit for keys.
    func random(_ count: Int) throws(SealError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard randomBytes(&bytes, Int32(count)) == 1 else { throw .call("RAND_bytes") }
        return bytes
    }
}
