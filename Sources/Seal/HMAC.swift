/// HMAC-SHA-256 (RFC 2104, FIPS 198-1) under one key, computed by libcrypto.
///
/// The keyed context is made once. For each message it is started again without a key, which
/// costs a third of copying it; OpenSSL before 3.0.3 goes on from a stale state then, so this is
/// tried when the context is made, and a copy is used where it does not hold.
/// Not Sendable: one owner at a time.
final class HMAC {
    static let size = 32

    private let library: LibCrypto
    private let keyed: LibCrypto.Handle
    private var restarts = false

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
        restarts = try canRestart()
    }

    deinit {
        library.freeContext(keyed)
    }

    /// The 32-byte code of a message.
    func code(_ message: [UInt8]) throws(SealError) -> [UInt8] {
        if restarts {
            guard library.start(keyed, nil, 0, nil) == 1 else { throw .call("EVP_MAC_init") }
            return try finish(message, in: keyed)
        }
        guard let context = library.copyContext(keyed) else { throw .call("EVP_MAC_CTX_dup") }
        defer { library.freeContext(context) }
        return try finish(message, in: context)
    }

    private func finish(
        _ message: [UInt8], in context: LibCrypto.Handle
    ) throws(SealError) -> [UInt8] {
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

    /// Whether a copy that is started again and again gives what a fresh copy gives.
    private func canRestart() throws(SealError) -> Bool {
        guard let copy = library.copyContext(keyed) else { throw .call("EVP_MAC_CTX_dup") }
        defer { library.freeContext(copy) }
        let first = try code([1])
        let second = try code([2])
        for (message, expected) in [([UInt8(1)], first), ([2], second), ([1], first)] {
            guard library.start(copy, nil, 0, nil) == 1,
                try finish(message, in: copy) == expected
            else { return false }
        }
        return true
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
