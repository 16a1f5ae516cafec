package import Bounce
package import Core
package import Seal
package import Store

/// Applies what one message says: finds the delivery it speaks of, and changes ledger, profile
/// and the memory of messages seen in one transaction.
///
/// Only a token of ours gives a message any effect. Everything else is counted, so that a wave of
/// forgeries shows.
package struct Intake {
    /// What became of a message.
    package enum Result: Hashable, Sendable {
        /// The delivery failed; the profile changed by the weight of the verdict.
        case bounced(delivery: Int64, BounceVerdict)
        /// It is late, or it arrived: nothing to change.
        case noted(delivery: Int64)
        case complained(delivery: Int64)
        case autoReply
        /// Mail by a person, or nothing to do with us.
        case other
        /// It claims to be a report and carries no token of ours: nothing was changed.
        case forged
        /// The same message was applied before.
        case repeated
        /// A mail server wrote it, and it was not understood.
        case unclear(reason: String)
    }

    private let store: Store
    private let sealer: Sealer
    /// Told, once for each report, how its destination takes our mail.
    package var learn: @Sendable (DestinationNews) -> Void = { _ in }

    /// Belongs to one thread, like its sealer.
    package init(store: Store, ring: KeyRing) throws(SealError) {
        self.store = store
        sealer = try Sealer(ring)
    }

    /// Reads a message and commits what it says. Throws when the store cannot take it now; the
    /// message is to be offered again.
    package func apply(_ message: [UInt8], at now: Instant) throws -> Result {
        let reading = BounceReader.read(message)
        let hash = try Fingerprint.of(message)
        let delivery = try self.delivery(reading)
        let result: Result = try store.write(.loop) { access in
            if let delivery, try access.delivery(delivery) == nil {
                // The store is older than the mail: a restored backup.
                try access.count("inbox.unknown-delivery")
                return .other
            }
            guard try access.isNew(report: hash, at: now) else {
                // Killed before it was put aside: it still has to be.
                return Self.unclear(reading) ?? .repeated
            }
            let result = try Self.apply(reading, to: delivery, in: access, at: now)
            try access.count(Self.counter(result))
            return result
        }
        switch result {
        case .noted(let id), .bounced(let id, _): try teach(reading, id)
        default: break
        }
        return result
    }

    /// Only a report that carries a token of ours gets here; the domain is that of the profile, not
    /// what the report claims.
    private func teach(_ reading: BounceReading, _ id: Int64) throws {
        guard let verdict = DestinationNews.Verdict(reading) else { return }
        let domain: String? = try store.write(.loop) { access in
            try access.delivery(id).flatMap { try access.domain(ofProfile: $0.profile) }
        }
        if let domain { learn(DestinationNews(domain: domain, verdict: verdict)) }
    }

    /// The delivery whose token the message carries: in the return path it came to, else in the
    /// Message-ID it gives back.
    private func delivery(_ reading: BounceReading) throws(SealError) -> Int64? {
        for address in reading.arrivedAt {
            for token in ReturnPath.tokens(in: address) {
                if let id = try sealer.delivery(of: token, for: .returnPath) { return id }
            }
        }
        for text in reading.messageIDs {
            for token in MessageID.tokens(in: text) {
                if let id = try sealer.delivery(of: token, for: .messageID) { return id }
            }
        }
        return nil
    }

    private static func apply(
        _ reading: BounceReading, to delivery: Int64?, in access: WriteAccess, at now: Instant
    ) throws -> Result {
        switch reading.kind {
        case .autoReply: return .autoReply
        case .other: return unclear(reading) ?? .other
        case .complaint:
            guard let delivery else { return .forged }
            try complain(delivery, in: access, at: now)
            return .complained(delivery: delivery)
        case .report:
            guard let delivery else { return .forged }
            guard let failure = reading.failure else { return .noted(delivery: delivery) }
            return try bounce(delivery, failure, in: access, at: now)
        }
    }

    /// Nil unless a mail server wrote the message and nothing was found in it.
    private static func unclear(_ reading: BounceReading) -> Result? {
        guard reading.kind == .other, reading.isFromMailSystem || reading.isCut else { return nil }
        return .unclear(
            reason: reading.isCut
                ? "too large or too deep to be read whole, and nothing was found"
                : "written by a mail server, but no recipient was found in it")
    }

    private static func bounce(
        _ delivery: Int64, _ failure: RecipientReport, in access: WriteAccess, at now: Instant
    ) throws -> Result {
        var verdict = failure.verdict
        // A guess suppresses nobody.
        if verdict.weight == .hard && failure.confidence == .low { verdict.weight = .soft }
        let isKnown = try access.delivery(delivery)?.state == .bounced
        if isKnown && verdict.weight != .hard { return .repeated }
        try access.bounced(
            delivery, hard: verdict.weight == .hard, concernsMailbox: verdict.weight != .none,
            reason: reason(failure), at: now)
        return .bounced(delivery: delivery, verdict)
    }

    /// The reason's name with the codes; the server's words may hold addresses and stay out.
    private static func reason(_ failure: RecipientReport) -> String {
        [
            failure.verdict.reason.rawValue, failure.code.map(String.init),
            failure.status?.description,
        ]
        .compactMap { $0 }.joined(separator: " ")
    }

    private static func complain(
        _ id: Int64, in access: WriteAccess, at now: Instant
    ) throws {
        guard let delivery = try access.delivery(id) else { return }
        try access.restrict(delivery.profile, to: .complained, at: now)
        try access.record(
            EventRecord(
                profile: delivery.profile, kind: .complaint, at: now, mailing: delivery.mailing,
                delivery: id))
    }

    private static func counter(_ result: Result) -> String {
        switch result {
        case .bounced(_, let verdict): "inbox.bounced-\(verdict.weight.rawValue)"
        case .noted: "inbox.noted"
        case .complained: "inbox.complained"
        case .autoReply: "inbox.auto-reply"
        case .other: "inbox.other"
        case .forged: "inbox.forged"
        case .repeated: "inbox.repeated"
        case .unclear: "inbox.unclear"
        }
    }
}
