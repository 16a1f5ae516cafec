/// What a token may be used for; a token of one purpose is unknown everywhere else.
///
/// The raw value enters the code and never changes.
package enum Purpose: UInt8, Sendable, CaseIterable {
    /// `/c/TOKEN/N`
    case click = 1
    /// `/o/TOKEN.gif`
    case open = 2
    /// `/v/TOKEN`
    case view = 3
    /// `/u/TOKEN`
    case unsubscribe = 4
    /// `/p/TOKEN`
    case preferences = 5
    /// The envelope sender, where bounces come back to.
    case returnPath = 6
    /// The Message-ID field.
    case messageID = 7
    /// `/s/TOKEN/NAME`
    case survey = 8
    /// `/k/TOKEN`
    case confirm = 9
    /// `/a/TOKEN/N`: the token is a version's, not a delivery's.
    case anonymousClick = 10
    /// The click id that is appended to a link's target, by which a visit is known.
    case visit = 16
}
