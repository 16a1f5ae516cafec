internal import Core
internal import Glibc

/// The system's time zone database.
///
/// Foundation's `TimeZone(identifier:)` is nil in a static binary, so the files (TZif, RFC 8536)
/// are read here and understood by `Zone`.
enum SystemZones {
    private static let folder = "/usr/share/zoneinfo/"
    /// The largest zone file is below 4 KB.
    private static let maximumBytes = 1 << 16

    /// The zone of a name that the configuration has judged, or nil when there is none.
    static func zone(named name: String) -> Zone? {
        if name == "UTC" { return .utc }
        return File.read(folder + name, maximumBytes: maximumBytes).flatMap { Zone(tzif: $0) }
    }
}

/// Reads small files whole.
enum File {
    /// The bytes, or nil when it cannot be read, is not a regular file, or is larger than allowed.
    static func read(_ path: String, maximumBytes: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= maximumBytes
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress! + count, room)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            count += got
        }
        return count > maximumBytes ? nil : Array(bytes[..<count])
    }
}
