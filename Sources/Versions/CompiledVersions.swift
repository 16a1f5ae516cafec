package import Composition
package import Core
internal import Diagnostics
package import Rules
package import Store
internal import Threads

/// Compiled mailings by version, shared by all threads: a frozen version never changes, so it is
/// compiled once and kept while it is in use.
package final class CompiledVersions: Sendable {
    /// A version that was valid when it was frozen cannot be compiled: damage, or an older maild.
    package struct Unreadable: Error, CustomStringConvertible {
        package var version: Int64
        package var reason: String

        package var description: String { "version \(version) cannot be compiled: \(reason)" }
    }

    /// Versions kept at once; a mailing's is some 100 KB.
    private static let capacity = 64
    /// Octets of encoded images and attachments kept at once, or those of one version.
    private static let enclosedLimit = 64 << 20

    private struct Entry {
        var mailing: CompiledMailing
        var lastUse: Int
    }

    private struct State {
        var entries: [Int64: Entry] = [:]
        var uses = 0

        var enclosedBytes: Int {
            entries.values.reduce(0) { $0 + $1.mailing.enclosedByteCount }
        }
    }

    private let state = Monitor(State())
    private let zone: Zone
    private let zones: @Sendable (String) -> Zone?
    private let store: Store

    /// `zone` is the configured one, `zones` finds one by its name.
    package init(
        store: Store, zone: Zone, zones: @escaping @Sendable (String) -> Zone?
    ) {
        self.store = store
        self.zone = zone
        self.zones = zones
    }

    /// The mailing of a version. Two threads that ask for a new one at the same time both compile.
    package func mailing(_ version: VersionRecord) throws -> CompiledMailing {
        if let known = known(version.id) { return known }
        let source = try source(of: version)
        let (mailing, findings) = CompiledMailing.compile(source, zone: zone, zones: zones)
        guard let mailing else {
            throw Self.unreadable(version, findings)
        }
        keep(mailing, version.id)
        return mailing
    }

    /// The mailing of a version as other rules than those it was frozen with would make it; it is not
    /// kept. Throws `Unreadable` with what they refuse.
    package func mailing(_ version: VersionRecord, under rules: LoopRules) throws -> CompiledMailing
    {
        let (mailing, findings) = CompiledMailing.compile(
            try source(of: version), rules: rules, grants: .notJudged, zones: zones)
        guard let mailing else { throw Self.unreadable(version, findings) }
        return mailing
    }

    private static func unreadable(_ version: VersionRecord, _ findings: [Finding]) -> Unreadable {
        Unreadable(
            version: version.id,
            reason: findings.first { $0.severity == .refuse }?.summary ?? "no reason given")
    }

    private func source(of version: VersionRecord) throws -> MailingSource {
        let reader = try store.reader()
        var failure: StoreError?
        do throws(MailingSource.Unreadable) {
            return try MailingSource(frozen: version.source) { hash in
                do throws(StoreError) {
                    return try reader.asset(hash.text)
                } catch {
                    failure = error
                    return nil
                }
            }
        } catch {
            if let failure { throw failure }
            throw Unreadable(version: version.id, reason: error.description)
        }
    }

    /// The mailing of the version with an id; nil when there is none.
    package func mailing(
        version id: Int64, in reader: ReadAccess
    ) throws -> CompiledMailing? {
        if let known = known(id) { return known }
        return try reader.version(id).map { try mailing($0) }
    }

    private func known(_ id: Int64) -> CompiledMailing? {
        state.withLock { state in
            state.uses += 1
            state.entries[id]?.lastUse = state.uses
            return state.entries[id]?.mailing
        }
    }

    private func keep(_ mailing: CompiledMailing, _ id: Int64) {
        state.withLock { state in
            state.entries[id] = Entry(mailing: mailing, lastUse: state.uses)
            while state.entries.count > Self.capacity
                || state.enclosedBytes > Self.enclosedLimit && state.entries.count > 1
            {
                let oldest = state.entries.min { $0.value.lastUse < $1.value.lastUse }
                if let oldest { state.entries[oldest.key] = nil }
            }
        }
    }
}
