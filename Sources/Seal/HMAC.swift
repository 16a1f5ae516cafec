/// HMAC-SHA-256 (RFC 2104, FIPS 198-1) under one key, computed by libcrypto.
///
/// The two states that the key alone decides are computed once, and copied for each message
/// (RFC 2104 §4). They are those of SHA-256 itself, in memory of ours: through an `EVP_MAC` a code
/// costs several times the hashing.
/// Not Sendable: one owner at a time.
final class HMAC {
    static let size = 32
    /// What SHA-256 takes at once.
    private static let blockSize = 64

    private let library: LibCrypto
    // Its own memory, wiped and freed with it.
    private let memory: LibCrypto.Handle
    /// Behind the key's block: of the hash of the message, and of the hash of that.
    private let inner: LibCrypto.Handle
    private let outer: LibCrypto.Handle
    private let working: LibCrypto.Handle
    /// The last code.
    private let digest: UnsafeMutableRawBufferPointer

    private static let memorySize = 3 * LibCrypto.sha256StateSize + size

    init(key: [UInt8]) throws(SealError) {
        library = try LibCrypto.shared.get()
        memory = .allocate(byteCount: Self.memorySize, alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.memorySize)
        inner = memory
        outer = inner + LibCrypto.sha256StateSize
        working = outer + LibCrypto.sha256StateSize
        digest = .init(start: working + LibCrypto.sha256StateSize, count: Self.size)
        let key = key.count > Self.blockSize ? try Fingerprint.octets(of: key) : key
        try begin(inner, key, with: 0x36)
        try begin(outer, key, with: 0x5C)
    }

    deinit {
        library.cleanse(memory, Self.memorySize)
        memory.deallocate()
    }

    /// The 32-byte code of a message.
    func code(_ message: [UInt8]) throws(SealError) -> [UInt8] {
        var code: [UInt8] = []
        try withCode(of: message) { code = Array($0) }
        return code
    }

    /// Lends the code of a message.
    func withCode(
        of message: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(SealError) {
        guard let code = digest.baseAddress else { return }
        working.copyMemory(from: inner, byteCount: LibCrypto.sha256StateSize)
        try finish(message, message.count)
        working.copyMemory(from: outer, byteCount: LibCrypto.sha256StateSize)
        try finish(code, Self.size)
        body(UnsafeRawBufferPointer(digest))
    }

    /// Hashes the key's block, each octet of it changed by `pad`.
    private func begin(
        _ state: LibCrypto.Handle, _ key: [UInt8], with pad: UInt8
    ) throws(SealError) {
        let block = (0..<Self.blockSize).map { ($0 < key.count ? key[$0] : 0) ^ pad }
        guard library.startSHA256(state) == 1,
            library.updateSHA256(state, block, block.count) == 1
        else { throw .call("SHA256_Update") }
    }

    /// Hashes what ends a message.
    private func finish(_ bytes: UnsafeRawPointer, _ count: Int) throws(SealError) {
        guard let code = digest.baseAddress, library.updateSHA256(working, bytes, count) == 1,
            library.finishSHA256(code, working) == 1
        else { throw .call("SHA256_Final") }
    }
}
