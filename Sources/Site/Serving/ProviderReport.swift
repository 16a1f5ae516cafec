/// A POST to `/b/NAME/SECRET`: a provider says what became of mail. It proves itself by the secret,
/// in the path or as password, or by a signature in the body.
package struct ProviderReport: Sendable {
    package enum Answer: Sendable {
        case taken
        /// No such provider, or it did not prove itself: the same page as for any unknown path.
        case unknown
        case malformed
        /// It is to be sent again.
        case later
    }

    /// Octets of a body.
    static let maximumBytes = 1 << 20

    package var name: String
    package var secret: String
    package var authorization: String
    package var body: [UInt8]
}
