internal import Bounce

/// A message that was read, identified and hashed, ready to be committed. The work of a reader's
/// thread ends here, that of the store's writer begins.
package struct Understood: Sendable {
    /// What a message speaks of, by the best evidence in it.
    enum Subject: Hashable, Sendable {
        /// A token of ours, verified.
        case delivery(Int64)
        /// The token of an unsubscribe address of ours, verified.
        case unsubscribe(Int64)
        /// Nobody vouches for it: an address in a report.
        case address(String)
        case none
    }

    var reading: BounceReading
    var head: MailHead
    var subject: Subject
    /// By which the same message is known again, by whatever way it comes.
    var keys: [String]
    /// The bytes, for what must be handed on.
    var message: [UInt8]
}
