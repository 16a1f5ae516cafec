import Message

/// What became of composing a mailing for one person.
package enum ComposedMessage: Sendable {
    /// Ready to be sent; choices and merge row belong to the delivery's intent.
    case message(WireMessage, choices: Choices, mergeRow: MergeRow)
    /// The template decided so: this person gets nothing, and it is not tried again.
    case skipped(reason: String)
    /// It prints a code of this coupon pool, and the person has none yet: to be composed again with
    /// one.
    case needsCoupon(pool: String)
    /// The message could not be made: a person must look.
    case held(reason: String)
}

/// The parts of a message as a person reads them.
package struct RenderedMessage: Sendable {
    package var subject: String
    package var preheader: String
    package var html: [UInt8]
    /// Nil when the mailing has no text part.
    package var text: [UInt8]?
    /// Targets of links that depend on the person, in the order of their numbers.
    package var targets: [MergeRow.Target]
}

/// Why a message was not rendered.
package enum RenderFailure: Error, Hashable, Sendable {
    /// `abort` or `require`.
    case aborted(reason: String)
    /// An error in the template or a limit; the reason names file and place, and no value.
    case failed(reason: String)
}
