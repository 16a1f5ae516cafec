package import Composition
package import Core
internal import Diagnostics
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

    private struct Entry {
        var mailing: CompiledMailing
        var lastUse: Int
    }

    private struct State {
        var entries: [Int64: Entry] = [:]
        var uses = 0
    }

    private let state = Monitor(State())
    private let zone: Zone
    private let zones: @Sendable (String) -> Zone?

    /// `zone` is the configured one, `zones` finds one by its name.
    package init(zone: Zone, zones: @escaping @Sendable (String) -> Zone?) {
        self.zone = zone
        self.zones = zones
    }

    /// The mailing of a version. Two threads that ask for a new one at the same time both compile.
    package func mailing(_ version: VersionRecord) throws(Unreadable) -> CompiledMailing {
        if let known = known(version.id) { return known }
        let source: MailingSource
        do {
            source = try MailingSource(frozen: version.source)
        } catch {
            throw Unreadable(version: version.id, reason: error.description)
        }
        let (mailing, findings) = CompiledMailing.compile(source, zone: zone, zones: zones)
        guard let mailing else {
            throw Unreadable(
                version: version.id, reason: findings.first?.summary ?? "no reason given")
        }
        keep(mailing, version.id)
        return mailing
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
            guard state.entries.count > Self.capacity else { return }
            let oldest = state.entries.min { $0.value.lastUse < $1.value.lastUse }
            if let oldest { state.entries[oldest.key] = nil }
        }
    }
}
