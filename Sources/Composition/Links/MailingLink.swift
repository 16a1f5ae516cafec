import Rules

/// A counted link of a mailing version.
package struct MailingLink: Sendable, Hashable {
    /// From 1: the HTML part's in document order, then the text part's.
    package var number: Int
    package var isInText: Bool
    /// `data-link`: what conditions and reports call it.
    package var name: String?
    package var host: String
    /// Ready for a `Location` header; nil when it depends on the recipient.
    package var target: String?
    /// What a click runs.
    package var binding: ActionBinding?
}
