package import Core

/// What a report says about one recipient.
package struct RecipientReport: Hashable, Sendable {
    package enum Action: String, Sendable {
        case failed, delayed, delivered
    }

    /// How sure the step is that this address is the one that failed. Low confidence alone never
    /// suppresses anybody.
    package enum Confidence: Int, Comparable, Sendable {
        case low, medium, high

        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    /// The address that was mailed where the report tells, else the final one; as written.
    package var recipient: String
    /// The address at the end of all forwarding, where it differs.
    package var finalRecipient: String?
    package var action: Action
    package var status: EnhancedStatus?
    /// The basic code in the diagnostic text.
    package var code: Int?
    /// The server's words, at most 500 bytes, printable.
    package var diagnostic: String
    package var verdict: BounceVerdict
    package var confidence: Confidence
    /// The step that found it, for `bounce explain`.
    package var step: String
}
