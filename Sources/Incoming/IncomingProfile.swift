package import Core

/// A person as another system knows her: what is to be added or changed.
package struct IncomingProfile: Hashable, Sendable {
    package var email: EmailAddress
    /// Missing clears a field.
    package var fields: [String: FieldValue]
    package var tags: [String]
    package var untags: [String]
    /// Whether she gets a topic.
    package var topics: [String: Bool]
    /// She wants nothing more.
    package var isUnsubscribed: Bool

    package init(
        email: EmailAddress, fields: [String: FieldValue] = [:], tags: [String] = [],
        untags: [String] = [], topics: [String: Bool] = [:], isUnsubscribed: Bool = false
    ) {
        self.email = email
        self.fields = fields
        self.tags = tags
        self.untags = untags
        self.topics = topics
        self.isUnsubscribed = isUnsubscribed
    }
}
