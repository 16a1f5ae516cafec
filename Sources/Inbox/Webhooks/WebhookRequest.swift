/// A POST that claims to come from a provider.
package struct WebhookRequest: Sendable {
    package var provider: String
    /// What stands behind the name in the path; empty when nothing does.
    package var secret: String
    /// The Authorization field, empty when there is none.
    package var authorization: String
    package var body: [UInt8]

    package init(provider: String, secret: String, authorization: String, body: [UInt8]) {
        self.provider = provider
        self.secret = secret
        self.authorization = authorization
        self.body = body
    }
}

package enum WebhookAnswer: Hashable, Sendable {
    /// Committed, or there was nothing to commit.
    case taken
    /// No such provider, or it did not prove itself.
    case unknown
    /// Not what the provider sends.
    case malformed
    /// The store is away: the provider tries again.
    case later
}
