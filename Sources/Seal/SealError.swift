/// What can go wrong with keys and tokens. No case carries key material.
package enum SealError: Error, Equatable, Sendable {
    /// `libcrypto.so.3` or one of its functions is missing.
    case library(String)
    /// A function of libcrypto reported failure.
    case call(String)
    /// A delivery number outside 0 to 2^40 − 1, which a token cannot hold.
    case deliveryOutOfRange(Int64)
    /// There is no key file, and none may be made: the store holds deliveries whose tokens only
    /// the lost keys can verify.
    case keysMissing(path: String)
    /// The key file may be read or replaced by somebody else, or is no regular file.
    case keysExposed(path: String, reason: String)
    /// The key file does not have the expected content.
    case keysMalformed(path: String, line: Int, reason: String)
    /// A system call on the key file failed.
    case keysUnreadable(path: String, call: String, errno: Int32)
    /// The key cannot sign mail.
    case signingKey(reason: String)
    /// All 256 key numbers are taken: drop old keys from the file first.
    case keysExhausted
}

extension SealError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .library(let what):
            "OpenSSL's \(what) cannot be loaded: install libssl3"
        case .call(let name): "libcrypto refused \(name)"
        case .deliveryOutOfRange(let id): "delivery \(id) does not fit a token"
        case .keysMissing(let path):
            "\(path) is missing although the store holds deliveries: restore it from the backup;"
                + " without it no link, unsubscribe or bounce of sent mail can be recognised"
        case .keysExposed(let path, let reason):
            "\(path) \(reason): chown it to the daemon's user and chmod 600"
        case .keysMalformed(let path, let line, let reason): "\(path):\(line): \(reason)"
        case .keysUnreadable(let path, let call, let errno):
            "\(path): \(call) failed (errno \(errno))"
        case .signingKey(let reason): "the signing key \(reason)"
        case .keysExhausted: "all 256 key numbers are in use: remove the oldest keys"
        }
    }
}
