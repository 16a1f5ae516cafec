package import Composition
package import Core
internal import Expression
internal import Message
package import Store
package import Versions

/// What a mailing in force would say to somebody, on demand: shown, or sent to a colleague.
///
/// It may be asked from any thread; it works with readers of its own.
package struct Rehearsal: Sendable {
    /// For whom a mailing is rendered.
    package enum Cast: Sendable {
        case profile(EmailAddress)
        /// So many people for whom a condition holds.
        case people(SQLCondition, limit: Int)
        /// Somebody of whom nothing is known.
        case nobody
    }

    /// How a mailing looks to one person.
    package struct Scene: Sendable {
        /// The address; nil for nobody in particular.
        package var email: String?
        package var outcome: Result<Played, RenderFailure>
    }

    /// A message as it would be sent, its links leading straight to their targets.
    package struct Played: Sendable {
        package var choices: String
        package var message: RenderedMessage
        /// The whole message, as any mail program opens it.
        package var eml: [UInt8]
    }

    private let store: Store
    private let versions: CompiledVersions
    private let clock: @Sendable () -> Instant

    package init(
        store: Store, versions: CompiledVersions, clock: @escaping @Sendable () -> Instant
    ) {
        self.store = store
        self.versions = versions
        self.clock = clock
    }

    /// Renders the version in force; `fields` are taken to be so for everybody in the cast.
    /// Throws when there is no such mailing or person.
    package func play(
        _ name: String, for cast: Cast, asIf fields: [String: FieldValue]
    ) throws -> [Scene] {
        let reader = try store.reader()
        let (mailing, _) = try mailing(name, in: reader)
        switch cast {
        case .nobody:
            return [scene(SamplePerson.nobody, nil, mailing, fields)]
        case .profile(let email):
            let person = try person(email, mailing, reader)
            return [try scene(person, mailing, fields)]
        case .people(let condition, let limit):
            let columns = try reader.fieldColumns()
            return try reader.profileIDs(condition, limit: limit).compactMap { id in
                try mailing.person(id, columns: columns, in: reader)
                    .map { try scene($0, mailing, fields) }
            }
        }
    }

    /// Queues exactly what a person would get for a colleague. Returns the delivery; throws when
    /// there is no such mailing or person, or when she would get nothing.
    package func test(
        _ name: String, for email: EmailAddress, to recipient: EmailAddress
    ) throws -> Int64 {
        let reader = try store.reader()
        let (mailing, version) = try mailing(name, in: reader)
        let person = try person(email, mailing, reader)
        let now = clock()
        let result = mailing.mergeRow(of: person, now: now)
        if let failure = person.failure { throw failure }
        let row: MergeRow
        do throws(RenderFailure) {
            row = try result.get()
            _ = try mailing.render(row, identity: .preview)
        } catch {
            throw StoreError.refused("this person would get nothing: \(error.reason)")
        }
        let choices = row.choices.text
        let proof = ProofRecord(
            profile: person.profile, recipient: recipient, prefix: "",
            choices: choices.isEmpty ? nil : choices, mergeRow: row.bytes)
        return try store.write(.control) { try $0.queueTest(proof, version: version, at: now) }
    }

    private func mailing(
        _ name: String, in reader: ReadAccess
    ) throws -> (mailing: CompiledMailing, version: Int64) {
        guard let record = try reader.mailing(named: name) else {
            throw StoreError.refused("there is no mailing \(name)")
        }
        guard let id = record.activeVersion,
            let mailing = try versions.mailing(version: id, in: reader)
        else {
            throw StoreError.refused(
                "\(name) has no valid version: see its error file in Previews")
        }
        return (mailing, id)
    }

    private func person(
        _ email: EmailAddress, _ mailing: CompiledMailing, _ reader: ReadAccess
    ) throws -> StoredPerson {
        guard let id = try reader.profileID(email: email),
            let person = try mailing.person(id, columns: reader.fieldColumns(), in: reader)
        else { throw StoreError.refused("there is no profile with this address") }
        return person
    }

    private func scene(
        _ person: StoredPerson, _ mailing: CompiledMailing, _ fields: [String: FieldValue]
    ) throws -> Scene {
        let scene = scene(person, person.email, mailing, fields)
        if let failure = person.failure { throw failure }
        return scene
    }

    private func scene(
        _ person: some Subject, _ email: String?, _ mailing: CompiledMailing,
        _ fields: [String: FieldValue]
    ) -> Scene {
        let row = mailing.mergeRow(of: AsIf(person: person, fields: fields), now: clock())
        let to = email.flatMap { try? EmailAddress($0) } ?? PreviewLooks.nobody
        do throws(RenderFailure) {
            let row = try row.get()
            let message = try mailing.render(row, identity: .preview)
            switch mailing.compose(from: row, to: to, identity: .preview) {
            case .message(let wire, _, _):
                let played = Played(
                    choices: row.choices.text, message: message, eml: wire.bytes)
                return Scene(email: email, outcome: .success(played))
            case .skipped(let reason): throw .aborted(reason: reason)
            case .held(let reason), .needsCoupon(let reason): throw .failed(reason: reason)
            }
        } catch {
            return Scene(email: email, outcome: .failure(error))
        }
    }
}

extension RenderFailure {
    /// In words.
    package var reason: String {
        switch self {
        case .aborted(let reason), .failed(let reason): reason
        }
    }
}
