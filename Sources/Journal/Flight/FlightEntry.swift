import Core

/// What the flight log knows of one place.
package struct FlightEntry: Hashable, Sendable {
    /// How far the message in a place has come. The raw value is stored.
    package enum Phase: UInt32, Sendable {
        case free = 0
        /// The intent is durable; the final dot has not left: it was not sent.
        case undotted = 1
        /// The final dot was handed over, and no reply was read: nobody knows.
        case dotted = 2
        /// The reply to the dot, or the refusal before it, was read.
        case replied = 3
    }

    package var place: Int
    package var delivery: Int64
    package var attempt: Int
    package var phase: Phase
    /// Present where the phase is `replied`; its text may be cut.
    package var reply: SMTPReply?

    package init(
        place: Int, delivery: Int64, attempt: Int, phase: Phase, reply: SMTPReply? = nil
    ) {
        self.place = place
        self.delivery = delivery
        self.attempt = attempt
        self.phase = phase
        self.reply = reply
    }
}
