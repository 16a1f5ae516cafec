package import Bounce
package import Core
package import Seal
package import Store
internal import JSON

/// Applies what one message says: finds the delivery it speaks of, and changes ledger, profile
/// and the memory of messages seen in one transaction.
///
/// Only a token of ours gives a message any effect. Everything else is counted, so that a wave of
/// forgeries shows.
package struct Intake {
    /// What became of a message.
    package enum Result: Hashable, Sendable {
        /// The delivery failed; the profile changed by the weight.
        case bounced(delivery: Int64, BounceReason, BounceHistory.Weight)
        /// It is late, or it arrived.
        case noted(delivery: Int64)
        case complained(delivery: Int64)
        /// Consent was taken back by mail.
        case unsubscribed(delivery: Int64)
        /// A machine's answer to a delivery of ours, or to nothing known.
        case autoReply(delivery: Int64?)
        /// A person answered; handed on to the mailing's Reply-To, or the reason why not.
        case reply(delivery: Int64, notForwarded: String?)
        /// Nothing to do with us.
        case other
        /// It claims to be a report and carries no token of ours: nothing was changed. With the
        /// delivery that its address was last sent, a guess.
        case forged(perhaps: Int64?)
        /// The same message was applied before.
        case repeated
        /// A mail server wrote it, and it was not understood.
        case unclear(reason: String)
    }

    /// What a commit led to.
    package struct Effect: Sendable {
        package var result: Result
        /// For the pacing of the recipient's server.
        package var news: DestinationNews?
        /// A mailing crossed a limit.
        package var alert: BounceEffect.Alert?
    }

    /// How long after it was sent a delivery may be meant by an address alone.
    static let window = TimeSpan.days(14)

    private let store: Store
    private let sealer: Sealer
    private let classifier: Classifier
    private let replyAddress: ReplyAddress

    /// Where answers to a version go; nil when they go nowhere.
    package typealias ReplyAddress =
        @Sendable (_ version: Int64, _ access: ReadAccess) throws -> EmailAddress?

    /// Belongs to one thread, like its sealer.
    package init(
        store: Store, ring: KeyRing, classifier: Classifier = .standard,
        replyAddress: @escaping ReplyAddress = { _, _ in nil }
    ) throws(SealError) {
        self.store = store
        self.classifier = classifier
        self.replyAddress = replyAddress
        sealer = try Sealer(ring)
    }

    /// Reads a message and commits what it says. Throws when the store cannot take it now; the
    /// message is to be offered again.
    package func apply(_ arrival: Arrival, at now: Instant) throws -> Effect {
        let understood = try understand(arrival)
        let replyTo = try replyTo(understood)
        return try store.write(.loop) { access in
            try Commitment(access: access, now: now, replyTo: replyTo).commit(understood)
        }
    }

    /// Looked up before the transaction, since a version may have to be compiled for it.
    private func replyTo(_ message: Understood) throws -> EmailAddress? {
        guard message.reading.kind == .other, case .delivery(let id) = message.subject else {
            return nil
        }
        let reader = try store.reader()
        return try reader.delivery(id).flatMap { try replyAddress($0.version, reader) }
    }

    /// Reads, identifies and hashes; no store is asked.
    package func understand(_ arrival: Arrival) throws(SealError) -> Understood {
        let reading = BounceReader.read(arrival.message, classifier: classifier)
        let head = MailHead(arrival.message)
        let subject = try self.subject(of: reading, arrival.recipients)
        var keys = [try Fingerprint.of(arrival.message)]
        // A message of several recipients is one for each delivery it speaks of.
        switch subject {
        case .delivery(let id), .unsubscribe(let id):
            keys[0] += ":\(id)"
            // The same report by two ways has other trace fields, and the same name.
            if let name = head.messageID, reading.kind != .other {
                keys.append(try Fingerprint.of(Array("\(id) \(name)".utf8)))
            }
        case .address, .none: break
        }
        return Understood(
            reading: reading, head: head, subject: subject, keys: keys, message: arrival.message)
    }

    /// By the token of the return path or the unsubscribe address that it came to, else by that of
    /// the Message-ID it gives back, else by the address that a report names.
    private func subject(
        of reading: BounceReading, _ recipients: [String]
    ) throws(SealError) -> Understood.Subject {
        for address in recipients.prefix(100) + reading.arrivedAt {
            for token in ReturnPath.tokens(in: address) {
                if let id = try sealer.delivery(of: token, for: .returnPath) {
                    return .delivery(id)
                }
            }
            for token in UnsubscribeAddress.tokens(in: address) {
                if let id = try sealer.delivery(of: token, for: .unsubscribe) {
                    return .unsubscribe(id)
                }
            }
        }
        for text in reading.messageIDs {
            for token in MessageID.tokens(in: text) {
                if let id = try sealer.delivery(of: token, for: .messageID) {
                    return .delivery(id)
                }
            }
        }
        let named = reading.kind == .complaint ? reading.person : reading.failure?.recipient
        return named.map(Understood.Subject.address) ?? .none
    }
}
