import Core
import Store

/// For whom a mailing is to be shown.
package struct PreviewRequest: Sendable {
    package enum People: Sendable {
        case profile(EmailAddress)
        case segment(SQLCondition, limit: Int)
        /// Somebody of whom nothing is known but the fields below.
        case nobody
    }

    package var mailing: String
    package var people: People
    /// Taken to be so for everybody shown; a score by its value now.
    package var fields: [String: FieldValue]
    /// With the HTML part and the whole message.
    package var isWhole: Bool
}

/// What is to be sent to whom.
package struct TestRequest: Sendable {
    package var mailing: String
    /// The person whose message it is.
    package var profile: EmailAddress
    /// Who gets it.
    package var recipient: EmailAddress
}
