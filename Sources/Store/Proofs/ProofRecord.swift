package import Core

/// A message to a colleague that shows what some person would get.
package struct ProofRecord: Hashable, Sendable {
    /// The person it shows; 0 for a sample.
    package var profile: Int64
    /// The colleague.
    package var recipient: EmailAddress
    /// Stands before the subject.
    package var prefix: String
    package var choices: String?
    /// What the message is made from.
    package var mergeRow: [UInt8]

    package init(
        profile: Int64, recipient: EmailAddress, prefix: String, choices: String?,
        mergeRow: [UInt8]
    ) {
        self.profile = profile
        self.recipient = recipient
        self.prefix = prefix
        self.choices = choices
        self.mergeRow = mergeRow
    }
}
