/// A service that sends our mail and reports by HTTP what became of it.
package struct Provider: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Amazon SES through SNS.
        case ses
        case sendgrid
        case postmark
        case mailgun
    }

    /// Stands in the URL: `/b/NAME/SECRET`.
    package var name: String
    package var kind: Kind
    /// Mailgun: the webhook signing key. All others: what the URL ends with, or the password of
    /// basic authentication. At least 16 characters.
    package var secret: String
    /// SES: the topic's ARN, the only one that is listened to.
    package var topic: String?

    package static let minimumSecret = 16

    package init(name: String, kind: Kind, secret: String, topic: String? = nil) {
        self.name = name
        self.kind = kind
        self.secret = secret
        self.topic = topic
    }
}

/// The secret never shows where values are printed.
extension Provider: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "\(kind.rawValue) \(name)" }
    package var debugDescription: String { description }
}
