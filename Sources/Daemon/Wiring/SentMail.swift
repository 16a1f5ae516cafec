internal import Composition
package import Core
package import Loop
package import Seal
package import Site
package import Store
internal import Threads
package import Versions

/// What was sent, for those who must know it later: the endpoint asks where links lead and what a
/// person got, the loop asks what a link is bound to.
package final class SentMail: MailArchive {
    private let versions: CompiledVersions
    /// For the loop, whose lookups bring no reader; mostly they find the version in memory.
    private let reader: Monitor<Handed<ReadAccess>>
    private let identities: Monitor<Handed<Identities>>
    private let log: Log

    package init(
        versions: CompiledVersions, ring: KeyRing, names: Identities.Names, store: Store, log: Log
    ) throws {
        self.versions = versions
        self.log = log
        reader = Monitor(Handed(try store.reader()))
        identities = Monitor(Handed(try Identities(ring, names)))
    }

    package func target(
        ofLink number: Int, of delivery: DeliveryRecord, in reader: ReadAccess, at now: Instant
    ) throws -> ArchivedLink {
        guard let mailing = try versions.mailing(version: delivery.version, in: reader) else {
            return .gone
        }
        // Once it was handed over a delivery changes hardly any more.
        if mailing.frontMatter.linkExpiry?.isOver(sent: delivery.updated, at: now) == true {
            return .over
        }
        if let target = mailing.target(ofLink: number, in: nil) {
            return .leads(to: target, templateLink: number)
        }
        // Personal targets are numbered after the fixed links.
        guard number > mailing.links.count else { return .unknown }
        guard let bytes = try reader.mergeRow(delivery.id) else { return .gone }
        let row = try MergeRow(bytes)
        guard let target = mailing.target(ofLink: number, in: row),
            let link = mailing.link(number, in: row)
        else { return .unknown }
        return .leads(to: target, templateLink: link.number)
    }

    package func target(
        ofLink number: Int, ofVersion version: Int64, in reader: ReadAccess, at now: Instant
    ) throws -> ArchivedLink {
        guard let mailing = try versions.mailing(version: version, in: reader) else {
            return .gone
        }
        // Nothing tells when this message was handed over: only a date ends its links.
        if mailing.frontMatter.linkExpiry?.isOver(sent: nil, at: now) == true { return .over }
        guard let target = mailing.target(ofLink: number, in: nil) else { return .unknown }
        return .leads(to: target, templateLink: number)
    }

    package func html(of delivery: DeliveryRecord, in reader: ReadAccess) throws -> [UInt8]? {
        guard let mailing = try versions.mailing(version: delivery.version, in: reader),
            let bytes = try reader.mergeRow(delivery.id)
        else { return nil }
        var identity = try identities.withLock { try $0.value.identity(of: delivery.id) }
        if try reader.preference(of: delivery.profile).isUntracked {
            let tracked = identity
            identity = try identities.withLock {
                try $0.value.untracked(tracked, version: delivery.version)
            }
        }
        return try mailing.renderHTML(from: try MergeRow(bytes), identity: identity)
    }

    /// What a link of a version is called and bound to.
    package func binding(version: Int64, link: Int) -> LinkBinding? {
        do {
            let mailing = try reader.withLock {
                try versions.mailing(version: version, in: $0.value)
            }
            guard let mailing, mailing.links.indices.contains(link - 1) else { return nil }
            let found = mailing.links[link - 1]
            return LinkBinding(
                name: found.name, action: found.binding, isInText: found.isInText)
        } catch {
            log(.error, "link \(link) of version \(version): \(error)")
            return nil
        }
    }
}
