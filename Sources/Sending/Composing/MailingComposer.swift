internal import Composition
package import Core
internal import Curl
internal import Expression
internal import Message
internal import Rules
package import Seal
package import Store
package import Versions

/// Composes from frozen versions: reads the person, chooses, renders, seals. A retry is made from
/// what was kept of the first attempt. One a thread.
package final class MailingComposer: Composer {
    /// A profile's address cannot be mailed; the import does not let such a thing in.
    private static let unusable = "the stored address is not one that can be mailed"

    private let versions: CompiledVersions
    private let identities: Identities
    /// Nil where the relay signs.
    private let signer: MailSigner?
    /// Whether the relay is asked to report failures and delays (DSN, RFC 3461).
    private let asksForReports: Bool
    private let memory = ComposeMemory()
    /// As declared at `readAt`; a new loop.conf may add to them.
    private var columns: [String: FieldColumn] = [:]
    private var readAt = Instant(milliseconds: .min)
    /// Which of them each version reads.
    private var selections: [Int64: FieldSelection] = [:]

    package init(
        versions: CompiledVersions, ring: KeyRing, names: Identities.Names,
        signer: MailSigner? = nil, asksForReports: Bool = true
    ) throws(SealError) {
        self.asksForReports = asksForReports
        self.signer = signer
        self.versions = versions
        identities = try Identities(ring, names)
    }

    package func terms(of version: VersionRecord) throws -> MailingTerms {
        let mailing = try versions.mailing(version)
        let matter = mailing.frontMatter
        var terms = MailingTerms(
            skipLimit: SkipLimit(matter.maxSkip), lifetime: matter.lifetime,
            priority: matter.priority, rate: matter.rate,
            senderDomain: matter.from?.address.domain,
            resendsInDoubt: matter.inDoubt == .resend)
        terms.window = matter.window
        terms.zone = mailing.zone
        terms.deadline = matter.deadline
        terms.stagger = matter.stagger
        terms.once = matter.once
        return terms
    }

    package func audience(
        of version: VersionRecord, in reader: ReadAccess, at now: Instant
    ) throws -> CompiledCondition? {
        let mailing = try versions.mailing(version)
        guard let condition = mailing.audience else { return nil }
        let compiler = ConditionCompiler(
            mailing.rules, columns: try currentColumns(reader, at: now), now: now)
        return try compiler.compile(condition)
    }

    package func compose(
        _ delivery: DeliveryRecord, of version: VersionRecord, in reader: ReadAccess,
        at now: Instant
    ) throws -> Composed {
        let mailing = try versions.mailing(version)
        if delivery.isProof {
            return try addressed(composeProof(delivery, of: mailing, in: reader), mailing, at: now)
        }
        let fields = try selection(of: mailing, version.id, in: reader, at: now)
        guard let person = try mailing.person(delivery.profile, fields, in: reader)
        else { return .skip(reason: "the profile is gone") }
        if version.isTriggered {
            person.add(try reader.eventValues(of: delivery.id, mailing.rules))
        }
        guard let (sender, recipient) = try ends(of: delivery, person.email) else {
            return .hold(reason: Self.unusable)
        }
        var identity = try identities.identity(of: delivery.id, for: mailing)
        if try reader.preference(of: delivery.profile).isUntracked {
            identity = try identities.untracked(identity, version: version.id)
        }
        let composed: ComposedMessage
        var coupons: [String: String] = [:]
        if !mailing.couponPools.isEmpty {
            coupons = try reader.coupons(of: delivery.profile, pools: mailing.couponPools)
        }
        if var row = try keptRow(delivery, reader) {
            row.coupons.merge(coupons) { kept, _ in kept }
            composed = mailing.compose(
                from: row, to: recipient, identity: identity, memory: memory)
        } else {
            composed = mailing.compose(
                person, to: recipient, identity: identity, now: now, coupons: coupons,
                memory: memory)
        }
        if let failure = person.failure { throw failure }
        return try addressed(Self.result(composed, sender, recipient, identity), mailing, at: now)
    }

    private func selection(
        of mailing: CompiledMailing, _ version: Int64, in reader: ReadAccess, at now: Instant
    ) throws -> FieldSelection {
        // May forget the selections when there are new columns.
        let columns = try currentColumns(reader, at: now)
        if let known = selections[version] { return known }
        let made = mailing.selection(of: columns)
        selections[version] = made
        return made
    }

    /// With what the daemon adds for the way to the recipient.
    private func addressed(
        _ composed: Composed, _ mailing: CompiledMailing, at now: Instant
    ) throws -> Composed {
        if asksForReports, signer == nil { return composed }
        guard case .mail(var mail) = composed else { return composed }
        if !asksForReports { mail.envelopeID = nil }
        if let signer, let from = mailing.frontMatter.from {
            mail.message = try signer.sign(mail.message, from: from.address.domain, at: now)
        }
        return .mail(mail)
    }

    /// A proof is made from what it was queued with, however often it is tried: what the person
    /// would have got then, to a colleague.
    private func composeProof(
        _ delivery: DeliveryRecord, of mailing: CompiledMailing, in reader: ReadAccess
    ) throws -> Composed {
        guard let proof = try reader.proof(delivery.id), let row = try? MergeRow(proof.mergeRow)
        else { return .skip(reason: "it is no longer known what it shows") }
        guard let (sender, recipient) = try ends(of: delivery, proof.recipient.text) else {
            return .hold(reason: Self.unusable)
        }
        var identity = try identities.identity(of: delivery.id, for: mailing)
        identity.subjectPrefix = proof.prefix
        identity.couponPlaceholder = DeliveryIdentity.couponPlaceholder
        let composed = mailing.compose(
            from: row, to: recipient, identity: identity, memory: memory)
        return Self.result(composed, sender, recipient, identity)
    }

    /// Return path and recipient; nil when there is an address that cannot be mailed.
    private func ends(
        of delivery: DeliveryRecord, _ email: String
    ) throws(SealError) -> (sender: EmailAddress, recipient: EmailAddress)? {
        let returnPath = try identities.returnPath(of: delivery.id)
        guard let recipient = Self.recipient(email), let sender = try? EmailAddress(returnPath)
        else { return nil }
        return (sender, recipient)
    }

    private static func result(
        _ composed: ComposedMessage, _ sender: EmailAddress, _ recipient: EmailAddress,
        _ identity: DeliveryIdentity
    ) -> Composed {
        switch composed {
        case .message(let message, let choices, let row):
            let choices = choices.text
            return .mail(
                ComposedMail(
                    sender: sender, recipient: recipient, message: message,
                    choices: choices.isEmpty ? nil : choices, mergeRow: row.bytes,
                    coupons: row.coupons, envelopeID: identity.messageID))
        case .needsCoupon(let pool): return .coupon(pool: pool)
        case .skipped(let reason): return .skip(reason: reason)
        case .held(let reason): return .hold(reason: reason)
        }
    }

    /// What the first attempt was made from; an unreadable row counts as none.
    private func keptRow(_ delivery: DeliveryRecord, _ reader: ReadAccess) throws -> MergeRow? {
        guard delivery.attempts > 0, let bytes = try reader.mergeRow(delivery.id) else {
            return nil
        }
        return try? MergeRow(bytes)
    }

    /// The address as it goes over the wire: an international domain as A-labels.
    private static func recipient(_ text: String) -> EmailAddress? {
        guard let address = try? EmailAddress(text), let domain = DomainName.ascii(address.domain)
        else { return nil }
        return domain == address.domain ? address : try? EmailAddress("\(address.local)@\(domain)")
    }

    /// Read again each second: a field that was declared meanwhile must not read as missing.
    private func currentColumns(_ reader: ReadAccess, at now: Instant) throws(StoreError)
        -> [String: FieldColumn]
    {
        if now < readAt || now >= readAt + .seconds(1) {
            columns = try reader.fieldColumns()
            selections = [:]
            readAt = now
        }
        return columns
    }
}

extension SkipLimit {
    fileprivate init(_ limit: FrontMatter.SkipLimit) {
        self =
            switch limit {
            case .share(let share): .percent(share * 100)
            case .count(let count): .count(count)
            }
    }
}
