internal import Composition
package import Core
internal import Expression
internal import Rules
package import Seal
package import Store
package import Versions

/// Composes from frozen versions: reads the person, chooses, renders, seals. One a thread.
package final class MailingComposer: Composer {
    /// A profile's address cannot be mailed; the import does not let such a thing in.
    private static let unusable = "the stored address is not one that can be mailed"

    private let versions: CompiledVersions
    private let identities: Identities
    private let reader: ReadAccess
    private let clock: @Sendable () -> Instant
    /// As declared at `readAt`; a new loop.conf may add to them.
    private var columns: [String: FieldColumn] = [:]
    private var readAt = Instant(milliseconds: .min)

    package init(
        versions: CompiledVersions, ring: KeyRing, names: Identities.Names, reader: ReadAccess,
        clock: @escaping @Sendable () -> Instant
    ) throws(SealError) {
        self.versions = versions
        self.reader = reader
        self.clock = clock
        identities = try Identities(ring, names)
    }

    package func terms(of version: VersionRecord) throws -> MailingTerms {
        let mailing = try versions.mailing(version)
        let now = clock()
        var terms = MailingTerms(
            skipLimit: SkipLimit(mailing.frontMatter.maxSkip),
            resendsInDoubt: mailing.frontMatter.inDoubt == .resend)
        if let audience = mailing.audience {
            let compiler = ConditionCompiler(
                columns: try currentColumns(at: now), standards: mailing.rules.standards,
                segments: mailing.rules.conditions, now: now)
            terms.audience = try compiler.compile(audience).holds
        }
        return terms
    }

    package func compose(
        _ delivery: DeliveryRecord, of version: VersionRecord, in reader: ReadAccess,
        at now: Instant
    ) throws -> Composed {
        let mailing = try versions.mailing(version)
        let columns = try currentColumns(at: now)
        guard let person = try mailing.person(delivery.profile, columns: columns, in: reader)
        else { return .skip(reason: "the profile is gone") }
        let recipient: EmailAddress
        let sender: EmailAddress
        do {
            recipient = try EmailAddress(person.record.email)
            sender = try EmailAddress(try identities.returnPath(of: delivery.id))
        } catch is EmailAddress.Invalid {
            return .hold(reason: Self.unusable)
        }
        let identity = try identities.identity(of: delivery.id)
        let composed = mailing.compose(person, to: recipient, identity: identity, now: now)
        if let failure = person.failure { throw failure }
        switch composed {
        case .message(let message, let choices, let row):
            return .mail(
                ComposedMail(
                    sender: sender, recipient: recipient, message: message,
                    choices: choices.text.isEmpty ? nil : choices.text, mergeRow: row.bytes,
                    envelopeID: identity.messageID))
        case .skipped(let reason): return .skip(reason: reason)
        case .held(let reason): return .hold(reason: reason)
        }
    }

    /// Read again each second: a field that was declared meanwhile must not read as missing.
    private func currentColumns(at now: Instant) throws(StoreError) -> [String: FieldColumn] {
        if now < readAt || now >= readAt + .seconds(1) {
            columns = try reader.fieldColumns()
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
