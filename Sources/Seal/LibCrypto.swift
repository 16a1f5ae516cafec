/// The few functions of OpenSSL 3 that maild calls, found by `dlopen` so that no header and no
/// development package is needed; libcurl has the library loaded already.
///
/// Signatures from `openssl/sha.h`, `openssl/crypto.h` and `openssl/rand.h`.
struct LibCrypto: Sendable {
    typealias Handle = UnsafeMutableRawPointer

    /// Octets of a `SHA256_CTX`: eight words, the length in two, a block, two counters.
    static let sha256StateSize = 112

    let startSHA256: @convention(c) (Handle) -> Int32
    let updateSHA256: @convention(c) (Handle, UnsafeRawPointer?, Int) -> Int32
    let finishSHA256: @convention(c) (Handle, Handle) -> Int32
    let sha256:
        @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>)
            -> UnsafeMutablePointer<UInt8>?
    /// Overwrites memory, and is not left out as the compiler might.
    let cleanse: @convention(c) (Handle, Int) -> Void
    let randomBytes: @convention(c) (UnsafeMutablePointer<UInt8>, Int32) -> Int32

    /// The library, loaded once for the life of the process.
    static let shared = Result { () throws(SealError) in try LibCrypto() }

    private init() throws(SealError) {
        let library = try SharedLibrary.libcrypto()
        startSHA256 = try library.symbol("SHA256_Init", type(of: startSHA256))
        updateSHA256 = try library.symbol("SHA256_Update", type(of: updateSHA256))
        finishSHA256 = try library.symbol("SHA256_Final", type(of: finishSHA256))
        sha256 = try library.symbol("SHA256", type(of: sha256))
        cleanse = try library.symbol("OPENSSL_cleanse", type(of: cleanse))
        randomBytes = try library.symbol("RAND_bytes", type(of: randomBytes))
    }

    /// Bytes fit for keys.
    func random(_ count: Int) throws(SealError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard randomBytes(&bytes, Int32(count)) == 1 else { throw .call("RAND_bytes") }
        return bytes
    }
}
