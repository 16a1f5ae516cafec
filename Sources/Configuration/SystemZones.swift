package import Core

/// The system's time zone database.
///
/// Foundation's `TimeZone(identifier:)` is nil in a static binary, so the files (TZif, RFC 8536)
/// are read here and understood by `Zone`.
package enum SystemZones {
    private static let folder = "/usr/share/zoneinfo/"
    /// The largest zone file is below 4 KB.
    private static let maximumBytes = 1 << 16

    /// The zone of a name that the configuration has judged, or nil when there is none.
    package static func zone(named name: String) -> Zone? {
        if name == "UTC" { return .utc }
        return SmallFile.read(folder + name, maximumBytes: maximumBytes).flatMap { Zone(tzif: $0) }
    }
}
