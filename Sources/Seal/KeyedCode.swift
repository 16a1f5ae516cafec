/// HMAC-SHA-256 under somebody else's key, for signatures of providers (RFC 2104).
package enum KeyedCode {
    /// Whether `hexadecimal`, in any case, is the code of a message. Takes the same time wherever
    /// the codes differ.
    package static func isGenuine(
        _ hexadecimal: String, of message: [UInt8], key: [UInt8]
    ) throws(SealError) -> Bool {
        areEqual(hexadecimal.lowercased(), try self.hexadecimal(of: message, key: key))
    }

    /// The code of a message, in lower case.
    package static func hexadecimal(of message: [UInt8], key: [UInt8]) throws(SealError) -> String {
        try HMAC(key: key).code(message)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Whether two texts are the same. Takes the same time wherever they differ.
    package static func areEqual(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
