package import Core
internal import Synchronization

/// The zones in which recipients live, by the names in their profiles; read once each.
package final class RecipientZones: Sendable {
    /// The profile's field that names the zone.
    package static let field = "zone"

    /// Where a profile names none or one that is unknown.
    package let standard: Zone
    private let find: @Sendable (String) -> Zone?
    private let known = Mutex<[String: Zone?]>([:])

    /// There are some 600 names; profiles may hold any number of wrong ones.
    private static let limit = 1000

    package init(
        standard: Zone = .utc, find: @escaping @Sendable (String) -> Zone? = { _ in nil }
    ) {
        self.standard = standard
        self.find = find
    }

    package func zone(named name: String?, else other: Zone? = nil) -> Zone {
        guard let name, !name.isEmpty else { return other ?? standard }
        if let zone = known.withLock({ $0[name] }) { return zone ?? other ?? standard }
        let found = Self.isName(name) ? find(name) : nil
        known.withLock { known in
            if known.count >= Self.limit { known = [:] }
            known[name] = .some(found)
        }
        return found ?? other ?? standard
    }

    /// Of the shape that names of zones have: what a profile holds may come from anywhere, and
    /// names a file.
    private static func isName(_ name: String) -> Bool {
        name.utf8.count <= 64
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { byte in
                        (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte)
                            || byte == 0x5F || byte == 0x2D || byte == 0x2B
                    }
            }
    }
}
