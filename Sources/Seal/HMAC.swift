/// HMAC-SHA-256 (RFC 2104, FIPS 198-1) under one key, computed by libcrypto.
///
/// The keyed context is made once and copied for each message. Re-initialising it without a key
/// would save the copy, but OpenSSL before 3.0.3 then goes on silently from a stale state.
/// Not Sendable: one owner at a time.
final class HMAC {
    static let size = 32

    private let library: LibCrypto
    private let keyed: LibCrypto.Handle

    init(key: [UInt8]) throws(SealError) {
        let library = try LibCrypto.shared.get()
        guard let algorithm = library.fetch(nil, "HMAC", nil) else { throw .call("EVP_MAC_fetch") }
        // The context holds a reference of its own.
        defer { library.freeAlgorithm(algorithm) }
        guard let context = library.newContext(algorithm) else { throw .call("EVP_MAC_CTX_new") }
        let status = Self.withDigestParameter { library.start(context, key, key.count, $0) }
        guard status == 1 else {
            library.freeContext(context)
            throw .call("EVP_MAC_init")
        }
        self.library = library
        keyed = context
    }

    deinit {
        library.freeContext(keyed)
    }

    /// The 32-byte code of a message.
    func code(_ message: [UInt8]) throws(SealError) -> [UInt8] {
        guard let context = library.copyContext(keyed) else { throw .call("EVP_MAC_CTX_dup") }
        defer { library.freeContext(context) }
        guard library.update(context, message, message.count) == 1 else {
            throw .call("EVP_MAC_update")
        }
        var code = [UInt8](repeating: 0, count: Self.size)
        var length = 0
        guard library.finish(context, &code, &length, code.count) == 1, length == Self.size else {
            throw .call("EVP_MAC_final")
        }
        return code
    }

    /// Builds the `OSSL_PARAM` array {"digest": "SHA256"} for the time of the call.
    ///
    /// An entry is key, data_type, data, data_size, return_size, each 8 bytes on 64-bit Linux
    /// (`openssl/core.h`); 4 is `OSSL_PARAM_UTF8_STRING`; a null key ends the array.
    private static func withDigestParameter(_ body: (LibCrypto.Handle) -> Int32) -> Int32 {
        "digest".withCString { key in
            "SHA256".withCString { value in
                var words = [UInt](repeating: 0, count: 10)
                words[0] = UInt(bitPattern: key)
                words[1] = 4
                words[2] = UInt(bitPattern: value)
                words[3] = 6
                return words.withUnsafeMutableBytes { body($0.baseAddress!) }
            }
        }
    }
}
