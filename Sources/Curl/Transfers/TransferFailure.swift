/// Why a transfer did not succeed. Holds libcurl's words, never the server's nor a secret.
package struct TransferFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried.
    package var operation: String
    package var reason: String
    /// The server's last reply code, where the protocol has one; 0 otherwise.
    package var code: Int
    /// The server answered no; the connection is well.
    package var isRefusal: Bool

    package var description: String { "\(operation): \(reason)" }
}
