package import Core
package import Journal

/// What became of a delivery that was in `sending` when the last daemon went away.
package enum RecoveryDecision: Hashable, Sendable {
    /// Its dot never left: it was not sent.
    case queueAgain
    /// The reply to its dot was read.
    case replied(SMTPReply)
    /// Nobody knows.
    case inDoubt(reason: String)

    /// - Parameter attempts: attempts the ledger counts, the open one included.
    package init(delivery: Int64, attempts: Int, _ recovery: FlightLog.Recovery) {
        if case .gone(let reason) = recovery {
            self = .inDoubt(reason: "the flight log is gone: \(reason)")
            return
        }
        // An entry of an earlier attempt says nothing about this one, which never took a place.
        guard let entry = recovery.entry(of: delivery), entry.attempt >= attempts else {
            self = .queueAgain
            return
        }
        switch (entry.phase, entry.reply) {
        case (.free, _), (.undotted, _): self = .queueAgain
        case (.replied, let reply?) where (200..<600).contains(reply.code) && reply.code / 100 != 3:
            self = .replied(reply)
        case (.dotted, _), (.replied, _):
            self = .inDoubt(reason: "the daemon went away between the final dot and its reply")
        }
    }

    /// The same as the outcome of an attempt.
    package var outcome: Outcome {
        switch self {
        case .queueAgain: .unsent(.connect, reason: "the daemon went away before it was sent")
        case .inDoubt(let reason): .inDoubt(reason: reason)
        case .replied(let reply):
            reply.isTemporary
                ? .deferred(.dot, reply)
                : reply.isPermanent ? .refused(.dot, reply) : .accepted(reply)
        }
    }
}
